std = 'luajit'
globals = { 'vim' }
max_line_length = 132
max_comment_line_length = false
-- Methods and callbacks name what they are given, also what they do not use.
unused_args = false
files['tests'] = { std = '+luajit' }
