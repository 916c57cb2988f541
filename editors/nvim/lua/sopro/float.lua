---A window for Markdown that grows while it is written: a float at the code, or a split. The text is shown and nothing else: the
---buffer has no file type, so that no plugin for Markdown takes it for a file of its own, no file, no modelines, and is never
---modifiable by hand.
local api = vim.api
local M = {}

---@class sopro.Float
---@field buf integer
---@field win integer
---@field floating boolean
---@field private title string above the text
---@field private line string below it
---@field private grows boolean the last change has only added to the text
---@field private widest integer columns of the widest line so far, up to a bound
---@field private below boolean a float that hangs below the cursor's line; else it stands above
---@field private room integer screen lines that it may have
local Float = {}
Float.__index = Float

local widest = 88 -- columns: longer lines read badly
local narrowest = 24

---@param buf integer
local function highlight(buf)
  local ok = pcall(vim.treesitter.start, buf, 'markdown')
  if not ok and vim.g.syntax_on then
    vim.bo[buf].syntax = 'markdown'
  end
end

---@return integer
local function scratch()
  local buf = api.nvim_create_buf(false, true)
  local bo = vim.bo[buf]
  bo.bufhidden, bo.modeline, bo.swapfile, bo.undolevels, bo.modifiable = 'wipe', false, false, -1, false
  highlight(buf)
  return buf
end

---@param win integer
local function dress(win)
  local wo = vim.wo[win][0] -- of this buffer in it; what is opened there later has its own
  wo.wrap, wo.linebreak, wo.breakindent, wo.list, wo.spell = true, true, true, false, false
  wo.number, wo.relativenumber, wo.signcolumn, wo.foldcolumn, wo.colorcolumn = false, false, 'no', '0', ''
  wo.foldenable, wo.cursorline, wo.conceallevel, wo.concealcursor = false, false, 2, ''
end

---Opens a window beside the current one and enters it.
---@param layout 'float'|'split'|'vsplit'
---@param title string
---@return sopro.Float
function M.open(layout, title)
  local self =
    setmetatable({ buf = scratch(), floating = layout == 'float', title = title, line = '', grows = false, widest = 0 }, Float)
  if self.floating then
    self:find_room()
    self.win = api.nvim_open_win(self.buf, true, self:shape())
  else
    self.win = api.nvim_open_win(self.buf, true, { split = layout == 'vsplit' and 'right' or 'below' })
  end
  dress(self.win)
  self:head(title)
  api.nvim_create_autocmd('VimResized', {
    buffer = self.buf,
    callback = function()
      self.grows = false
      self:fit()
    end,
  })
  return self
end

---@private
function Float:find_room()
  local row = vim.fn.screenpos(0, vim.fn.line('.'), vim.fn.col('.')).row
  row = row > 0 and row or 1
  local under = vim.o.lines - vim.o.cmdheight - row - 3 -- the border takes two lines, the status one
  local over = row - 3
  self.below = under >= math.min(over, 12)
  self.room = math.max(3, self.below and under or over)
end

---@private
---@return vim.api.keyset.win_config
function Float:shape()
  local cursor = vim.fn.screenpos(0, vim.fn.line('.'), vim.fn.col('.'))
  local row = math.max(cursor.row, 1)
  return {
    relative = 'editor',
    anchor = self.below and 'NW' or 'SW',
    row = self.below and row or row - 1,
    col = math.max(cursor.col - 1, 0),
    width = narrowest,
    height = 1,
    border = 'rounded',
    style = 'minimal',
  }
end

---@return boolean
function Float:is_open()
  return api.nvim_win_is_valid(self.win) and api.nvim_win_get_buf(self.win) == self.buf
end

---Makes a float as large as its text and the editor allow; splits keep the size that the person gives them.
function Float:fit()
  if not self.floating or not self:is_open() then
    return
  end
  local title, line = vim.fn.strdisplaywidth(self.title) + 2, vim.fn.strdisplaywidth(self.line) + 2
  local width = math.max(1, math.min(math.max(narrowest, self.widest, title, line), vim.o.columns - 2))
  if width ~= api.nvim_win_get_width(self.win) then
    api.nvim_win_set_config(self.win, { width = width })
  end
  local room = math.max(1, math.min(self.room, vim.o.lines - vim.o.cmdheight - 3))
  local height = api.nvim_win_get_height(self.win)
  if height == room and self.grows then
    return -- measuring takes longer than all the rest, for a long text
  end
  local needed = math.min(api.nvim_win_text_height(self.win, {}).all, room)
  if height ~= needed then
    api.nvim_win_set_config(self.win, { height = needed })
  end
end

---Puts a title above the text.
---@param title string
function Float:head(title)
  self.title = title
  if not self:is_open() then
    return
  elseif self.floating then
    api.nvim_win_set_config(self.win, { title = (' %s '):format(title) })
    self:fit()
  else
    vim.wo[self.win][0].winbar = ' ' .. title:gsub('%%', '%%%%')
  end
end

---Puts a line of keys or of state below the text.
---@param line string
function Float:tell(line)
  self.line = line
  if not self:is_open() then
    return
  elseif self.floating then
    api.nvim_win_set_config(self.win, { footer = (' %s '):format(line), footer_pos = 'right' })
    self:fit()
  else
    vim.wo[self.win][0].statusline = ' ' .. line:gsub('%%', '%%%%')
  end
end

---Replaces the text from a place on. Whoever reads at the end stays there; who has moved up is left alone.
---@param row integer 0-based
---@param col integer in bytes
---@param text string
function Float:replace(row, col, text)
  if not api.nvim_buf_is_valid(self.buf) then
    return
  end
  local end_row, end_col = self:tail()
  local follows = self:is_open() and api.nvim_win_get_cursor(self.win)[1] == end_row + 1
  self.grows = row == end_row and col == end_col
  vim.bo[self.buf].modifiable = true
  api.nvim_buf_set_text(self.buf, row, col, end_row, end_col, vim.split(text, '\n', { plain = true }))
  vim.bo[self.buf].modifiable = false
  for _, line in ipairs(api.nvim_buf_get_lines(self.buf, row, -1, true)) do
    self.widest = math.max(self.widest, math.min(vim.fn.strdisplaywidth(line), widest))
  end
  self:fit()
  if follows then
    api.nvim_win_set_cursor(self.win, { api.nvim_buf_line_count(self.buf), 0 })
  end
end

---The end of the text.
---@return integer row 0-based
---@return integer col in bytes
function Float:tail()
  return api.nvim_buf_line_count(self.buf) - 1, #api.nvim_buf_get_lines(self.buf, -2, -1, true)[1]
end

---@param text string
function Float:append(text)
  local row, col = self:tail()
  self:replace(row, col, text)
end

function Float:close()
  if self:is_open() then
    api.nvim_win_close(self.win, true)
  end
end

return M
