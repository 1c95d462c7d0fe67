"""OpenRosa: the wire of ODK Collect, and of every other client that fills forms offline and sends them later.

Question  what does an enumerator's device need, and what has it sent?
Takes     the questionnaire; forms filled on enrolled devices, with their photographs.
Gives     the XLSForm and XForm, the form list and its lists of areas and trades; each form once to
          ``registration.services.submit(channel="device")``. A form that fails is kept, sealed, until an officer mends it.
States    a form of a device is received, then registered, or waits for the office, or is set aside or replaced.

A form is stored in a transaction of its own before anything is done with it: whatever fails afterwards, it is not lost.
"""
