---An explanation of code in a window beside it, and what is asked on about it.
local client = require('sopro.client')
local config = require('sopro.config')
local float = require('sopro.float')
local say = require('sopro.say')
local text = require('sopro.text')

local api = vim.api
local M = {}

local ns = api.nvim_create_namespace('sopro.explained')

---@class sopro.Explanation
---@field bufnr integer the code
---@field mark integer what of it is explained; moves with the text
---@field window sopro.Float
---@field history {question: string, answer: string}[] oldest first
---@field answer string what has come of the answer that is being given
---@field cancel? fun() while one is
---@field closed? boolean

---@type sopro.Explanation?
local current

local keys_told = 'i asks on, Y copies code, q closes'

---@param e sopro.Explanation
---@return lsp.Range
local function range_of(e)
  local lsp = client.client(e.bufnr)
  local encoding = lsp and lsp.offset_encoding or 'utf-16'
  local row, col, details = unpack(api.nvim_buf_get_extmark_by_id(e.bufnr, ns, e.mark, { details = true }))
  return {
    start = text.position(e.bufnr, row, col, encoding),
    ['end'] = text.position(e.bufnr, details.end_row, details.end_col, encoding),
  }
end

---@param e sopro.Explanation
---@param question string
---@param err string?
---@param markdown string? what was streamed, as a whole
local function finish(e, question, err, markdown)
  e.cancel = nil
  if e.closed then
    return
  elseif not err then
    table.insert(e.history, { question = question, answer = markdown })
  elseif #e.history == 0 and e.answer == '' then
    e.window:close()
    say.error(err)
    return
  else
    e.window:append(('\n\n(%s)'):format(err))
  end
  e.window:tell(keys_told)
end

---@param bufnr integer
---@param first integer 0-based
---@param last integer 0-based
---@return string
local function titled(bufnr, first, last)
  local name = vim.fn.fnamemodify(api.nvim_buf_get_name(bufnr), ':t')
  local lines = first == last and first + 1 or ('%d-%d'):format(first + 1, last + 1)
  return ('Sopro explains %s:%s'):format(name == '' and '[No Name]' or name, lines)
end

---Asks and shows the answer at the end of the text, while it comes.
---@param e sopro.Explanation
---@param question string "" for the explanation itself
local function ask(e, question)
  e.answer = ''
  e.window:tell('Sopro is thinking: <C-c> stops, q closes')
  if question ~= '' then
    e.window:append(('> %s\n\n'):format(question))
  end
  local row, col = e.window:tail()
  local over = false
  local cancel = client.run(e.bufnr, 'sopro.explain', {
    uri = vim.uri_from_bufnr(e.bufnr),
    range = range_of(e),
    question = question,
    history = #e.history > 0 and e.history or nil,
  }, {
    place = function(code)
      e.window:head(titled(e.bufnr, code.start.line, code['end'].line))
    end,
    text = function(delta)
      e.answer = e.answer .. delta
      e.window:append(delta)
    end,
    reset = function()
      e.answer = ''
      e.window:replace(row, col, '')
    end,
    done = function(err, result)
      over = true
      finish(e, question, err, result and result.markdown)
    end,
  })
  e.cancel = not over and cancel or nil
end

---@param e sopro.Explanation
local function ask_on(e)
  if e.cancel then
    return
  end
  vim.ui.input({ prompt = 'Ask on: ' }, function(question)
    if question and vim.trim(question) ~= '' and e.window:is_open() and api.nvim_buf_is_valid(e.bufnr) then
      e.window:append('\n\n---\n\n')
      ask(e, question)
    end
  end)
end

---The code block at a line, else the next one, else the last.
---@param lines string[]
---@param at integer 1-based
---@return string[]?
local function code_at(lines, at)
  local found, from, fence ---@type string[]?, integer?, string?
  for i, line in ipairs(lines) do
    local marks = line:match('^%s*(```+)') or line:match('^%s*(~~~+)')
    if not fence and marks then
      fence, from = marks, i
    elseif fence and marks and vim.startswith(marks, fence) then
      found, fence = vim.list_slice(lines, from + 1, i - 1), nil
      if i >= at then
        break
      end
    end
  end
  return found
end

---@param e sopro.Explanation
local function copy(e)
  local code = code_at(api.nvim_buf_get_lines(e.window.buf, 0, -1, true), api.nvim_win_get_cursor(e.window.win)[1])
  if not code then
    say.info('there is no code in this explanation')
    return
  end
  vim.fn.setreg(vim.v.register, code, 'l')
  say.info(('%d lines copied'):format(#code))
end

---@param e sopro.Explanation
local function stop(e)
  if e.cancel then
    e.cancel()
  end
end

---@param e sopro.Explanation
local function set_keys(e)
  local function map(lhs, act, desc)
    vim.keymap.set('n', lhs, function()
      act(e)
    end, { buffer = e.window.buf, nowait = true, desc = 'Sopro: ' .. desc })
  end
  map('q', function()
    e.window:close()
  end, 'close the explanation')
  map('i', ask_on, 'ask on')
  map('<CR>', ask_on, 'ask on')
  map('Y', copy, 'copy the code')
  map('<C-c>', stop, 'stop the answer')
  api.nvim_create_autocmd('BufWipeout', {
    buffer = e.window.buf,
    callback = function()
      e.closed = true
      stop(e)
      if api.nvim_buf_is_valid(e.bufnr) then
        api.nvim_buf_del_extmark(e.bufnr, ns, e.mark)
      end
    end,
  })
end

---@class sopro.Span positions in bytes, 0-based; the end is exclusive
---@field [1] integer row
---@field [2] integer col
---@field [3] integer end row
---@field [4] integer end col

---Explains code of the current buffer.
---@param span? sopro.Span what was selected; without it the server takes what the cursor is in
---@param question? string what to answer about it
function M.open(span, question)
  if current then
    current.window:close()
  end
  local bufnr = api.nvim_get_current_buf()
  local cursor = api.nvim_win_get_cursor(0)
  local from_row, from_col, to_row, to_col = unpack(span or { cursor[1] - 1, cursor[2], cursor[1] - 1, cursor[2] })
  local mark = api.nvim_buf_set_extmark(bufnr, ns, from_row, from_col, { end_row = to_row, end_col = to_col })
  local window = float.open(config.get().explain, titled(bufnr, from_row, to_row))
  current = { bufnr = bufnr, mark = mark, window = window, history = {}, answer = '' }
  set_keys(current)
  ask(current, question or '')
end

return M
