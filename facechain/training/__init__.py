"""Training a face LoRA: the job, the process that runs it, and the trainer inside that process.

`job`, `events`, `process` and what they use are standard library only: the host imports them.
`trainer` and everything with torch is imported by the worker process alone.
"""
