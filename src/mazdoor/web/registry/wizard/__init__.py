"""Registering a household at the counter, one section of the questionnaire a step.

Search first; then a form that is kept after every step, so that it can be left and taken up again. The household stands on
one screen with its people, their work and their businesses; what was answered is read over before it is sent, and printed
for the worker to keep.

============  ==============================================================================================
``steps``     which steps a form has, and what stands at each in it
``fields``    a question as fields of a page, and what was written there as an answer
``showing``   answers as people read them: summary lists, the household on one screen
``pages``     begin, a step, the household
``check``     everything read over, who may already be here, and the act
``receipt``   what was recorded, to print and keep
============  ==============================================================================================
"""
