"""What a teacher needs, generated from the lessons: `python -m aihwlab.teaching FOLDER`.

The notebooks of the course and the tasks in `aihwlab.lessons` are the only source. What they do not say, because it is meant
for teachers alone, stands in `aihwlab.teaching.notes`.
"""
