---Code from a comment: it streams in as a proposal, virtual lines below the comment, and becomes text when it is accepted. The
---server's edit is for the text that it read; after any change of the buffer it is asked for anew, never applied.
local borrow = require('sopro.borrow')
local client = require('sopro.client')
local say = require('sopro.say')
local text = require('sopro.text')

local api = vim.api
local M = {}

local ns = api.nvim_create_namespace('sopro.proposal')

---@class sopro.Proposal
---@field bufnr integer
---@field mark integer at the last line of the comment, with the virtual lines
---@field text string what has come so far
---@field state 'writing'|'ready'|'outdated'
---@field edit? lsp.TextDocumentEdit where it is ready
---@field encoding string in which the edit's positions count
---@field cancel fun()
---@field give_back fun() puts the keys back that the proposal has borrowed

---@type table<integer, sopro.Proposal> by buffer
local proposals = {}

local hints = {
  writing = 'Sopro is writing: <Esc> stops',
  ready = '<CR> accepts, <Esc> rejects',
  outdated = 'The text has changed since: <CR> asks again, <Esc> rejects',
}

---@param p sopro.Proposal
---@return integer row where it stands
local function place(p)
  return api.nvim_buf_get_extmark_by_id(p.bufnr, ns, p.mark, {})[1] or 0
end

---Whether a person has it in front of them: nobody decides about what they do not see.
---@param p sopro.Proposal
---@return boolean
local function in_sight(p)
  local line = place(p) + 1
  return vim.fn.line('w0') <= line and line <= vim.fn.line('w$') and vim.fn.foldclosed(line) == -1
end

---Gives the proposal the keys that make sense in its state. While a person types on they keep their meaning: an outdated
---proposal has none in insert mode.
---@param p sopro.Proposal
local function take_keys(p)
  p.give_back()
  local keys = { ['<Esc>'] = "require('sopro.generate').reject()" }
  if p.state ~= 'writing' then
    keys['<CR>'] = "require('sopro.generate').accept()"
  end
  local function is_due()
    return in_sight(p)
  end
  local normal = borrow.keys(p.bufnr, 'n', keys, is_due)
  local insert = p.state ~= 'outdated' and borrow.keys(p.bufnr, 'i', keys, is_due) or function() end
  p.give_back = function()
    normal()
    insert()
  end
end

---A line as virtual text shows it, in which tabs would have no width.
---@param line string
---@return string
local function expanded(line)
  local out = ''
  for plain, tab in line:gmatch('([^\t]*)(\t?)') do
    out = out .. plain
    if tab ~= '' then
      out = out .. (' '):rep(vim.fn.strdisplaywidth('\t', vim.fn.strdisplaywidth(out)))
    end
  end
  return out
end

---Scrolls as far as the proposal needs to be seen, and the comment allows.
---@param p sopro.Proposal
---@param row integer of the comment's last line
---@param lines integer
local function reveal(p, row, lines)
  if api.nvim_get_current_buf() ~= p.bufnr then
    return
  end
  local top = vim.fn.line('w0')
  local bottom = math.min(row + 1, api.nvim_win_get_cursor(0)[1])
  local height = api.nvim_win_get_height(0)
  local target = top
  while target < bottom and api.nvim_win_text_height(0, { start_row = target - 1, end_row = row }).all + lines > height do
    target = target + 1
  end
  if target > top then
    vim.fn.winrestview({ topline = target })
  end
end

---Draws the proposal as it is now.
---@param p sopro.Proposal
---@param row? integer where it belongs; where it was
local function draw(p, row)
  row = row or place(p)
  local lines = {} ---@type [string, string][][]
  api.nvim_buf_call(p.bufnr, function()
    for _, line in ipairs(p.text == '' and {} or vim.split(p.text, '\n', { plain = true })) do
      lines[#lines + 1] = { { expanded((line:gsub('\r$', ''))), 'SoproProposal' } }
    end
  end)
  lines[#lines + 1] = { { hints[p.state], 'SoproHint' } }
  p.mark = api.nvim_buf_set_extmark(p.bufnr, ns, row, 0, { id = p.mark, virt_lines = lines, virt_lines_overflow = text.overflow })
  reveal(p, row, #lines)
end

---@param p sopro.Proposal
local function over(p)
  return proposals[p.bufnr] ~= p
end

---Takes a proposal away, whatever has become of it.
---@param p sopro.Proposal
local function drop(p)
  if over(p) then
    return
  end
  proposals[p.bufnr] = nil
  p.give_back()
  p.cancel()
  if api.nvim_buf_is_valid(p.bufnr) then
    api.nvim_buf_del_extmark(p.bufnr, ns, p.mark)
  end
end

---The text is another than the server has read: what it writes is no longer wanted, what it has written may be asked for anew.
---@param p sopro.Proposal
local function outdate(p)
  if over(p) or p.state == 'outdated' or not api.nvim_buf_is_valid(p.bufnr) then
    return
  end
  p.state, p.edit = 'outdated', nil
  p.cancel()
  take_keys(p)
  vim.schedule(function() -- while a change is being told, the marks are not where they will be
    if not over(p) then
      draw(p)
    end
  end)
end

---@param p sopro.Proposal
local function watch(p)
  local function changed()
    outdate(p)
    return true -- once is enough
  end
  api.nvim_buf_attach(p.bufnr, false, {
    on_lines = changed,
    on_reload = changed,
    on_detach = vim.schedule_wrap(function()
      drop(p)
    end),
  })
end

---@param p sopro.Proposal
---@param err string?
---@param result {edit: lsp.WorkspaceEdit, text: string}?
local function finish(p, err, result)
  if over(p) or p.state ~= 'writing' then
    return
  end
  local edit = result and result.edit.documentChanges[1]
  if not edit or edit.textDocument.uri ~= vim.uri_from_bufnr(p.bufnr) then
    drop(p)
    say.error(err or 'the server wrote no code for this file')
    return
  end
  p.text, p.edit, p.state = result.text, edit, 'ready'
  take_keys(p)
  draw(p, edit.edits[1].range.start.line)
end

---Asks for the code that the comment at or above a position asks for.
---@param bufnr integer
---@param row integer 0-based
---@param col integer in bytes
local function ask(bufnr, row, col)
  if proposals[bufnr] then
    drop(proposals[bufnr])
  end
  local lsp = client.client(bufnr)
  local encoding = lsp and lsp.offset_encoding or 'utf-16'
  local p = { ---@type sopro.Proposal
    bufnr = bufnr,
    text = '',
    state = 'writing',
    encoding = encoding,
    cancel = function() end,
    give_back = function() end,
  }
  proposals[bufnr] = p
  draw(p, row)
  take_keys(p)
  watch(p)
  p.cancel = client.run(bufnr, 'sopro.generate', {
    uri = vim.uri_from_bufnr(bufnr),
    position = text.position(bufnr, row, col, encoding),
  }, {
    place = function(comment)
      draw(p, comment['end'].line)
    end,
    text = function(delta)
      p.text = p.text .. delta
      draw(p)
    end,
    reset = function()
      p.text = ''
      draw(p)
    end,
    done = function(err, result)
      finish(p, err, result)
    end,
  })
end

---Writes code for the comment at or above the cursor.
function M.start()
  if not vim.bo.modifiable then
    return say.error('this buffer cannot be changed')
  end
  if vim.fn.foldclosed('.') ~= -1 then
    vim.cmd('.foldopen!') -- a proposal in a closed fold would not be seen
  end
  local at = api.nvim_win_get_cursor(0)
  ask(api.nvim_get_current_buf(), at[1] - 1, at[2])
end

---Makes what is undone next begin here, also within insert mode.
local function cut_undo()
  vim.bo.undolevels = vim.bo.undolevels
end

---Puts the cursor where one goes on: in insert mode behind the code, else on its first line.
---@param first integer 0-based
---@param count integer of lines
local function go(first, count)
  if vim.startswith(api.nvim_get_mode().mode, 'i') then
    local last = first + count - 1
    api.nvim_win_set_cursor(0, { last + 1, #api.nvim_buf_get_lines(0, last, last + 1, true)[1] })
  else
    local line = api.nvim_buf_get_lines(0, first, first + 1, true)[1]
    api.nvim_win_set_cursor(0, { first + 1, #line:match('^%s*') })
  end
end

---Whether a proposal stands in a buffer.
---@param bufnr integer
function M.standing(bufnr)
  return proposals[bufnr] ~= nil
end

---Makes the proposal of the current buffer text, in one step of undo; one that the text has left behind is asked for anew.
---@return boolean stood whether there was one
function M.accept()
  local bufnr = api.nvim_get_current_buf()
  local p = proposals[bufnr]
  if not p then
    return false
  end
  if p.state == 'writing' then
    say.info('the code is still being written')
    return true
  end
  local edit = p.edit
  if not edit then
    local row = place(p)
    ask(bufnr, row, #api.nvim_buf_get_lines(bufnr, row, row + 1, true)[1])
    return true
  end
  if not vim.bo.modifiable then
    say.error('this buffer cannot be changed')
    return true
  end
  drop(p)
  cut_undo()
  vim.lsp.util.apply_text_edits(edit.edits, bufnr, p.encoding)
  cut_undo()
  go(edit.edits[1].range.start.line + 1, select(2, p.text:gsub('\n', '')) + 1)
  return true
end

---Takes the proposal of the current buffer away, and stops what is being written.
---@return boolean stood whether there was one
function M.reject()
  local p = proposals[api.nvim_get_current_buf()]
  if p then
    drop(p)
  end
  return p ~= nil
end

return M
