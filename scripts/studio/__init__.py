"""What the demo and the tests share: a machine prepared, a real ComfyUI running, a client that talks to it.

Standard library only: everything here runs before the virtual environment exists.

    errors, stages      one error type; the one reporter, with the time of each stage
    commands            child processes with a log
    cache               where everything downloaded and built lives
    preflight, debian   what is missing on this machine, all at once; Debian packages
    downloads           files from the package index, never opened before their hash is checked
    environment         the virtual environment, keyed by everything that goes into it
    comfyui             which ComfyUI, and which Python runs it
    photos, embedded    photos and models that lie inside published packages
    checkpoint          a base checkpoint with random weights
    browser             a Chromium for the page's tests
    prepare             all of the above, in order
    server, guard       a real ComfyUI on a free port, which never outlives us
    node_ids            which nodes the extension must bring to it
    client, events      prompts in, progress out
    results             how a prompt ended
    model_commands, model_table  what scripts/models.py does; these two need the core and its packages
    suites              the test suites: what each needs, its budget, its result
"""
