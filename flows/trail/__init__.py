"""Run in a worktree of its own, and commit what came out."""
