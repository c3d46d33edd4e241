"""JupyterLab on the home's engine."""
