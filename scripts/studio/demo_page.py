def draw_page(content): return "stub"
