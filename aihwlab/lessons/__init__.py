"""What a lesson asks: exercises that check themselves, quizzes that explain, and a box that lists what has been done."""

from aihwlab.lessons.challenge import Challenge
from aihwlab.lessons.exercise import Exercise
from aihwlab.lessons.progress import Progress
from aihwlab.lessons.properties import Property
from aihwlab.lessons.quiz import Option, Quiz

__all__ = ['Challenge', 'Exercise', 'Option', 'Progress', 'Property', 'Quiz']
