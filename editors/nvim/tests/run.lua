---Runs the stories against one Neovim:
---
---  nvim -l editors/nvim/tests/run.lua NVIM [STORY…]
---
---NVIM is the program under test, a STORY the beginning of a name. One line for each story, then a sum; the exit code is 1 where
---one has failed. It needs bin/sopro and .tools/rig (see .ci/nvim-test), and nothing of it outlives it.
local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
here = vim.uv.fs_realpath(here) --[[@as string]]
package.path = here .. '/?.lua;' .. package.path

local Story = require('story')

local root = vim.fn.fnamemodify(here, ':h:h:h')
local places = {
  nvim = vim.fn.exepath(_G.arg[1] or 'nvim'),
  root = root,
  plugin = root .. '/editors/nvim',
  sopro = root .. '/bin/sopro',
  rig = root .. '/.tools/rig',
  tmux = root .. '/.tools/nvim/tmux',
  screens = root .. '/.tools/nvim/screens',
}
local wanted = vim.list_slice(_G.arg, 2)

---@param name string
local function is_wanted(name)
  return #wanted == 0 or vim.iter(wanted):any(function(beginning)
    return vim.startswith(name, beginning)
  end)
end

---All stories, file by file in alphabetical order.
local function stories()
  local all = {}
  for _, file in ipairs(vim.fn.sort(vim.fn.glob(here .. '/stories/*.lua', true, true))) do
    for _, story in ipairs(dofile(file)) do
      story.name = ('%s: %s'):format(vim.fn.fnamemodify(file, ':t:r'), story[1])
      all[#all + 1] = story
    end
  end
  return all
end

local version = vim.version.parse(vim.fn.system({ places.nvim, '--version' }):match('NVIM (%S+)'))

---Whether the Neovim under test has what a story is about.
---@param story Story
local function fits(story)
  return not story.from or vim.version.ge(version, story.from)
end

local passed, failed = 0, 0
for _, story in ipairs(stories()) do
  if is_wanted(story.name) and fits(story) then
    local began = vim.uv.hrtime()
    local problem, said = Story.run(story, places)
    local ms = (vim.uv.hrtime() - began) / 1e6
    if problem then
      failed = failed + 1
      io.stdout:write(('FAILED  %s (%.0f ms)\n%s\n'):format(story.name, ms, problem:gsub('^', '    '):gsub('\n', '\n    ')))
    else
      passed = passed + 1
      io.stdout:write(('ok      %s (%.0f ms)%s\n'):format(story.name, ms, said))
    end
    io.flush()
  end
end
io.write(('%d passed, %d failed\n'):format(passed, failed))
vim.cmd.cquit({ count = (failed > 0 or passed == 0) and 1 or 0 })
