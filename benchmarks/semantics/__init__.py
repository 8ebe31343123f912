"""What each framework's own optimisers and losses compute, found out by running them.

`questions.py` has tiny problems whose outcome tells one meaning from another, `optimizers/` a file for each
library that runs them. `asking.py` starts a process for each library, which gives its `answers.py`.
"""
