"""The task balancers of a study; a balancer that is named is an arm that is trained."""

from dataclasses import dataclass, field

from trunkline.settings.gradient_balancers import (
    AlignedMtl,
    CaGrad,
    Config,
    DbMtl,
    DualProj,
    ExcessMtl,
    FairGrad,
    GradDrop,
    GradNorm,
    GradVac,
    Imtl,
    Mgda,
    Moco,
    Modo,
    NashMtl,
    PcGrad,
    SdmGrad,
    UpGrad,
)
from trunkline.settings.loss_balancers import (
    AutoLambda,
    Dwa,
    Equal,
    Famo,
    Gls,
    Rlw,
    Static,
    Stch,
    Uncertainty,
)


@dataclass(frozen=True, kw_only=True)
class Balancers:
    """The balancers of joint training; None leaves one out. `equal` always runs."""

    equal: Equal = field(default_factory=Equal)
    static: Static | None = None
    uncertainty: Uncertainty | None = None
    dwa: Dwa | None = None
    gls: Gls | None = None
    stch: Stch | None = None
    rlw: Rlw | None = None
    famo: Famo | None = None
    gradnorm: GradNorm | None = None
    mgda: Mgda | None = None
    pcgrad: PcGrad | None = None
    graddrop: GradDrop | None = None
    imtl: Imtl | None = None
    gradvac: GradVac | None = None
    cagrad: CaGrad | None = None
    nash_mtl: NashMtl | None = None
    aligned_mtl: AlignedMtl | None = None
    fairgrad: FairGrad | None = None
    upgrad: UpGrad | None = None
    moco: Moco | None = None
    modo: Modo | None = None
    sdmgrad: SdmGrad | None = None
    excess_mtl: ExcessMtl | None = None
    db_mtl: DbMtl | None = None
    dualproj: DualProj | None = None
    config: Config | None = None
    auto_lambda: AutoLambda | None = None
