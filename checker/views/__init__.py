"""A report, rendered: one module a medium. Views decide nothing."""
