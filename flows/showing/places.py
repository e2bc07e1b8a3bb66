"""Where a pipeline of this project leaves what people want to see; other pipelines leave nothing.

These paths are stated in `dvc.yaml`; a test holds them to it.
"""

REPORT = "reports/index.html"
STUDIES = "results/studies"
RECOMMENDERS = "results/recommenders"
METALEARNERS = "results/metalearners"
COMPARISONS = "evaluation/comparisons.json"
TASKS = "evaluation/tasks.json"
FACTS = "evaluation/facts.json"  # of meta-learners: what their episodes are
BORROWED = "evaluation/borrowed.json"  # of recommenders; their two tasks are in TASKS
DATASETS = "results/datasets"
VALIDATION = "validation.json"
MACHINE = ".trunkline/machine"
JUDGES = "evaluate"  # the stage whose results are the verdicts
JUDGES_LISTS = "evaluate_recommender"
JUDGES_EPISODES = "evaluate_metalearner"
CHECKS = "validate"  # the stage that holds rows to their contract
