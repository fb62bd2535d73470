"""The teacher's edition of a lesson: a plan of the hour, then the whole lesson with all answers, and notes for the teacher."""

from collections.abc import Iterator

from nbformat import NotebookNode

from aihwlab.lessons.assignment import Assignment
from aihwlab.lessons.markup import inline
from aihwlab.teaching.notes import NOTES
from aihwlab.teaching.pages import html, page, program, rendered, text
from aihwlab.teaching.reading import PREDICT, QUESTION, Answer, Asked, Attempt, Lesson, Program, Section, Text
from aihwlab.teaching.task_pages import answered, kind, wrong_options


def teacher_edition(lesson: Lesson) -> str:
    """Return the teacher's edition of a lesson as a page in HTML."""
    cells = [html(f'<h1>{inline(lesson.title)}</h1><p class="edition">Teacher’s edition, with answers</p>{plan(lesson)}',
                  lesson.folder)]
    for number, section in enumerate(lesson.sections):
        if number:
            cells.append(html(f'<h2 id="section-{number}">{inline(section.title)}</h2>', lesson.folder))
            cells.append(html(beside(lesson, section, lesson.clock()[number]), lesson.folder))
        cells.extend(cells_of(section, lesson))
    return page(cells, f'{lesson.title} – teacher’s edition')


def plan(lesson: Lesson) -> str:
    """Return the plan of the hour, in HTML: when each section begins, and what to ask in it."""
    rows = [(number, section, clock, list(section.questions()), section.tasks)
            for number, (section, clock) in enumerate(zip(lesson.sections, lesson.clock()))
            if clock[1] > clock[0]]
    return rendered('plan.html.j2', lesson=lesson, rows=rows, kind=kind, inline=inline,
                    is_exercise=lambda task: isinstance(task, Assignment))


def beside(lesson: Lesson, section: Section, clock: tuple[int, int]) -> str:
    """Return the box under the heading of a section, in HTML: minutes, a note, what students may believe."""
    return rendered('beside.html.j2', section=section, clock=clock, note=NOTES.get(lesson.name, {}).get(section.title, ''),
                    beliefs={task.title: wrong_options(task) for task in section.tasks if wrong_options(task)}, inline=inline)


def cells_of(section: Section, lesson: Lesson) -> Iterator[NotebookNode]:
    """Yield the cells of a section, with its answers."""
    for piece in section.pieces:
        match piece:
            case Text(source=source):
                asks = QUESTION.match(source) or PREDICT.search(source)
                yield text(f'<div class="ask">\n\n{source}\n\n</div>' if asks else source, lesson.folder, piece.attachments)
            case Answer():
                yield text(f'<div class="answer">\n\n**{piece.headline}**\n\n{piece.source}\n\n</div>', lesson.folder)
            case Program() if section not in lesson.opening:
                yield program(piece)
            case Asked():
                yield html(f'<div class="task">{answered(piece.task)}</div>' + ''.join(piece.pictures), lesson.folder)
            case Attempt():
                pass  # the solution stands with the task
