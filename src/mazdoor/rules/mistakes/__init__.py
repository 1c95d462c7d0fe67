"""What is wrong with a policy, told by ``mazdoor rules check`` with file, line, cause and repair.

``codes`` lists every kind of mistake. Where one is found: ``reading``, ``schema``, ``building`` and ``language`` find what one
document or formula gets wrong; ``semantics`` what parts get wrong together; ``leftovers`` what is declared and serves nothing;
``unreachable`` what can never decide, by proof over what each formula can be (``possible``, ``values``).
"""
