"""`python -m dockyard.notebooks`: write the notebooks of the course beside its lessons."""

from checker.course import Course
from dockyard.course_files import course_folder
from dockyard.notebooks import write_all

for file in write_all(Course(course_folder()), course_folder("notebooks")):
    print(file)
