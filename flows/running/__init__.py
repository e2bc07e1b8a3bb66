"""Run a plan of stages side by side, to the result of running them one by one."""
