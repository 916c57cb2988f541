---`:Sopro`: one entry for each subcommand.
local client = require('sopro.client')
local say = require('sopro.say')

local api = vim.api
local M = {}

---Runs a command of the server for the current buffer, and tells what is wrong.
---@param command string
---@param argument table
---@param done fun(result: table)
local function run(command, argument, done)
  client.run(0, command, argument, {
    done = function(err, result)
      if err then
        say.error(err)
      else
        done(result)
      end
    end,
  })
end

---What a range of lines means: a selection of characters is taken as it was made.
---@param call vim.api.keyset.create_user_command.command_args
---@return sopro.Span?
local function span_of(call)
  if call.range == 0 then
    return nil
  end
  local from, to = vim.fn.getpos("'<"), vim.fn.getpos("'>")
  local last = api.nvim_buf_get_lines(0, call.line2 - 1, call.line2, true)[1]
  if vim.fn.visualmode() ~= 'v' or from[2] ~= call.line1 or to[2] ~= call.line2 then
    return { call.line1 - 1, 0, call.line2 - 1, #last }
  end
  local past = math.min(to[3], #last) -- the last character may have several bytes
  if vim.o.selection ~= 'exclusive' and past > 0 then
    past = past - 1 + #vim.fn.strpart(last, past - 1, 1, true)
  end
  return { from[2] - 1, math.min(from[3] - 1, #last), to[2] - 1, past }
end

---@param status table
---@return string[]
local function status_lines(status)
  local lines = { ('Sopro %s: %s'):format(status.server.version, status.message ~= '' and status.message or status.kind) }
  ---@param format string
  local function add(format, ...)
    lines[#lines + 1] = '  ' .. format:format(...)
  end
  local at = status.openai or status.ollama
  add('completions by the %s engine%s', status.engine, status.models.completion and ': ' .. status.models.completion or '')
  if status.models.chat then
    add('explanations and code by %s', status.models.chat)
  end
  if at.url and at.url ~= '' then
    add('model server %s %s', at.url, at.reachable and (at.version or 'reachable') or 'not reachable')
  end
  if status.last then
    add(
      'last answer: %d tokens, %.0f a second, the first after %.0f ms',
      status.last.tokens,
      status.last.tokensPerSecond,
      status.last.firstTokenMs
    )
  end
  add('%d files read%s, %d completions accepted', status.index.files, status.index.done and '' or ' so far', status.accepted)
  return lines
end

---Has the program look at everything; it finds what this plugin cannot.
local function doctor()
  local command, problem = require('sopro.program').command('doctor')
  if not command then
    return say.error('cannot start: ' .. problem)
  end
  local lsp = client.client(0)
  say.info('the doctor is looking…')
  vim.system(
    command,
    { text = true, cwd = lsp and lsp.root_dir or nil },
    vim.schedule_wrap(function(out)
      require('sopro.page').show('doctor', vim.split(vim.trim(out.stdout .. out.stderr), '\n', { plain = true }))
    end)
  )
end

---How many lines of the log are shown, the last ones.
local most_log_lines = 5000

local function log()
  local path = require('sopro.program').log_file()
  if vim.fn.filereadable(path) == 0 then
    return say.error(('nothing was logged yet, there is no %s'):format(path))
  end
  local lines = vim.fn.readfile(path, '', -most_log_lines)
  table.insert(lines, 1, path .. ', its end:')
  require('sopro.page').show('log', lines, true)
end

---@param words string[]
local function one_of(words)
  return function()
    return words
  end
end

---@class sopro.Subcommand
---@field run fun(call: vim.api.keyset.create_user_command.command_args, argument: string?)
---@field arguments? fun(): string[] what its argument may be

---@type table<string, sopro.Subcommand>
local subcommands = {
  generate = {
    run = function()
      require('sopro.generate').start()
    end,
  },
  accept = {
    run = function()
      if not require('sopro.generate').accept() then
        say.error('nothing is proposed here; ":Sopro generate" writes code for the comment at the cursor')
      end
    end,
  },
  reject = {
    run = function()
      if not require('sopro.generate').reject() then
        say.error('nothing is proposed here')
      end
    end,
  },
  explain = {
    run = function(call, question)
      require('sopro.explain').open(span_of(call), question)
    end,
  },
  status = {
    run = function()
      run('sopro.status', {}, function(status)
        api.nvim_echo({ { table.concat(status_lines(status), '\n') } }, true, {})
      end)
    end,
  },
  models = {
    run = function()
      require('sopro.models').choose(api.nvim_get_current_buf())
    end,
  },
  pull = {
    run = function(_, name)
      if not name then
        return say.error('pull needs the name of a model, such as ":Sopro pull qwen2.5-coder:1.5b-base"')
      end
      require('sopro.models').pull(api.nvim_get_current_buf(), name)
    end,
  },
  cancel = {
    run = function()
      require('sopro.models').cancel()
    end,
  },
  trace = {
    run = function()
      run('sopro.trace', {}, function(result)
        require('sopro.page').show('trace', require('sopro.trace').lines(result.requests))
      end)
    end,
  },
  toggle = {
    run = function(_, scope)
      require('sopro.toggle').run(scope)
    end,
    arguments = one_of({ 'all', 'language', 'workspace' }),
  },
  log = { run = log },
  doctor = { run = doctor },
  start = {
    run = function()
      require('sopro.server').start()
    end,
  },
  stop = {
    run = function()
      require('sopro.server').stop()
    end,
  },
  restart = {
    run = function()
      require('sopro.server').restart()
    end,
  },
}

---The subcommands, in alphabetical order.
---@return string[]
local function names()
  local all = vim.tbl_keys(subcommands)
  table.sort(all)
  return all
end

---Runs `:Sopro` as it was called; without a subcommand it tells the status.
---@param call vim.api.keyset.create_user_command.command_args
function M.run(call)
  local name, argument = vim.trim(call.args):match('^(%S*)%s*(.*)$')
  local subcommand = subcommands[name == '' and 'status' or name]
  if not subcommand then
    return say.error(('there is no ":Sopro %s", but %s'):format(name, table.concat(names(), ', ')))
  end
  subcommand.run(call, argument ~= '' and argument or nil)
end

---Completes a command line.
---@param lead string what of the word is there
---@param line string
---@param position integer of the cursor in it, in bytes
---@return string[]
function M.complete(lead, line, position)
  local before = line:sub(1, position - #lead)
  local name = before:match('Sopro%s+(%S+)%s+$')
  local words ---@type string[]
  if name then
    local subcommand = subcommands[name]
    words = subcommand and subcommand.arguments and subcommand.arguments() or {}
  else
    words = before:match('Sopro%s+$') and names() or {}
  end
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, words)
end

return M
