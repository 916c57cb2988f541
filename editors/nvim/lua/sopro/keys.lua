---What the keys do. Each is quiet where there is nothing to do.
local say = require('sopro.say')

local M = {}

local break_undo = vim.api.nvim_replace_termcodes('<C-g>u', true, false, true)

---The length of what is taken next.
---@type (fun(text: string): integer)?
local measure

---@return table? vim.lsp.inline_completion where Neovim's own completion is in use
function M.native()
  local set = require('sopro.config').get().ghost == 'native'
  return set and vim.lsp.inline_completion or nil
end

---Says that Neovim's own inline completion lacks something.
local function not_native()
  say.once("this key needs ghost = 'own'", say.info)
end

---Inserts the beginning of the shown completion. It goes in as a paste: literally, without being indented anew, and repeated by
---`.`; between two breaks of the undo block, so that it is taken back alone.
---@param measured fun(text: string): integer
---@return boolean whether there was one
local function take(measured)
  if not require('sopro.inline').visible() then
    return false
  end
  measure = measured
  local put = vim.api.nvim_replace_termcodes("<Cmd>lua require('sopro.keys').put()<CR>", true, false, true)
  vim.api.nvim_feedkeys(break_undo .. put .. break_undo, 'ni', false)
  return true
end

---The middle of `take`, when its keys are executed.
function M.put()
  local inline = require('sopro.inline')
  local rest = inline.rest()
  if not rest or not measure or not inline.visible() then
    return
  end
  local length = measure(rest.text)
  local is_whole = length >= #rest.text
  inline.foresee(rest, length)
  if is_whole and rest.item.replaced > 0 then
    local row, col = rest.row, rest.col
    vim.api.nvim_buf_set_text(rest.offer.bufnr, row, col, row, col + rest.item.replaced, {})
  end
  vim.api.nvim_paste(rest.text:sub(1, length), false, -1)
  inline.taken(rest, length, is_whole)
end

---The end of the next word, with the space and the line breaks before it, in bytes.
---@param text string
---@return integer
local function word(text)
  return vim.fn.matchend(text, [[^\_s*\%(\k\+\|\%(\k\@!\S\)\+\|$\)]])
end

---The end of the line; of the next one, at a line's end.
---@param text string
---@return integer
local function line(text)
  return #text:match('^\n?[^\n]*')
end

---Accepts or rejects generated code that is proposed in the current buffer.
---@param act 'accept'|'reject'
---@return boolean whether there was some
local function decide(act)
  local generate = package.loaded['sopro.generate']
  return generate ~= nil and generate[act]()
end

---@return boolean whether there was something to reject
function M.reject()
  return decide('reject')
end

---A proposal of generated code goes before a completion.
---@return boolean whether there was something to accept
function M.accept()
  if decide('accept') then
    return true
  end
  local native = M.native()
  if native then
    return native.get()
  end
  return take(string.len)
end

---@return boolean
function M.accept_word()
  return M.native() and not_native() or take(word)
end

---@return boolean
function M.accept_line()
  return M.native() and not_native() or take(line)
end

---@param step integer
local function cycle(step)
  local native = M.native()
  if native then
    native.select({ count = step })
  else
    require('sopro.inline').cycle(step)
  end
end

function M.next()
  cycle(1)
end

function M.prev()
  cycle(-1)
end

function M.dismiss()
  if M.native() then
    not_native()
  else
    require('sopro.inline').dismiss()
  end
end

function M.trigger()
  if M.native() then
    not_native()
  else
    require('sopro.inline').trigger()
  end
end

return M
