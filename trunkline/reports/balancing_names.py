"""The names of task balancers and sharing architectures, as their publications write them."""

LABELS = {
    "static": "Static weights",
    "uncertainty": "Uncertainty",
    "dwa": "DWA",
    "gls": "GLS",
    "stch": "STCH",
    "rlw": "RLW",
    "famo": "FAMO",
    "gradnorm": "GradNorm",
    "mgda": "MGDA",
    "pcgrad": "PCGrad",
    "graddrop": "GradDrop",
    "imtl": "IMTL",
    "gradvac": "GradVac",
    "cagrad": "CAGrad",
    "nash_mtl": "Nash-MTL",
    "aligned_mtl": "Aligned-MTL",
    "fairgrad": "FairGrad",
    "upgrad": "UPGrad",
    "moco": "MoCo",
    "modo": "MoDo",
    "sdmgrad": "SDMGrad",
    "excess_mtl": "ExcessMTL",
    "db_mtl": "DB-MTL",
    "dualproj": "DualProj",
    "config": "ConFIG",
    "auto_lambda": "Auto-Lambda",
}

# label, and name as the subject of a sentence
SHARING = {
    "soft": ("Soft sharing", "soft sharing"),
    "cross_stitch": ("Cross-stitch", "cross-stitch"),
    "mmoe": ("MMoE", "MMoE"),
    "cgc": ("CGC", "CGC"),
    "ple": ("PLE", "PLE"),
    "dselect_k": ("DSelect-k", "DSelect-k"),
    "attention": ("Attention", "attention for each task"),
    "ltb": ("Learned branches", "learning to branch"),
}
