"""The values that the parts of the suite exchange: tasks, arrays, outcomes, rows, sections.

Any module may import this folder; it imports nothing of the suite. Every process imports it, whatever
framework the process holds, so it needs NumPy and the standard library only.
"""

from .arrays import Arrays as Arrays
from .arrays import Start as Start
from .case import Case as Case
from .charts import Bars as Bars
from .charts import Chart as Chart
from .charts import Curve as Curve
from .charts import Curves as Curves
from .dataset import Dataset as Dataset
from .dataset import UnusableData as UnusableData
from .implementation import Implementation as Implementation
from .implementation import Outcome as Outcome
from .implementation import Reference as Reference
from .implementation import Runner as Runner
from .lesson import Lesson as Lesson
from .log import Log as Log
from .numbers import ABOVE_ZERO as ABOVE_ZERO
from .numbers import Count as Count
from .numbers import Positive as Positive
from .numbers import Seconds as Seconds
from .record import Record as Record
from .row import AGAIN as AGAIN
from .row import Row as Row
from .row import Status as Status
from .row import name_of_row as name_of_row
from .row import program_and_variant as program_and_variant
from .section import Column as Column
from .section import Section as Section
from .tasks import ADAM_BETA1 as ADAM_BETA1
from .tasks import ADAM_BETA2 as ADAM_BETA2
from .tasks import ADAM_EPSILON as ADAM_EPSILON
from .tasks import Precision as Precision
from .tasks import Solve as Solve
from .tasks import Sweep as Sweep
from .tasks import Task as Task
from .tasks import Training as Training
