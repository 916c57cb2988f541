---What an answer of the server offers, and what is left of that as the text goes on.
local text = require('sopro.text')

local M = {}

---@class sopro.Item
---@field text string with \n at the end of each line but the last
---@field lead string the beginning of it that an earlier answer has brought, and that was typed since
---@field replaced integer bytes right of the cursor that go
---@field sent lsp.InlineCompletionItem

---@class sopro.Place what was asked about, and when
---@field bufnr integer
---@field client_id integer
---@field row integer from 0
---@field col integer in bytes, from 0
---@field manual boolean a person asked
---@field asked integer in nanoseconds of vim.uv.hrtime()
---@field answered integer

---@class sopro.Offer: sopro.Place
---@field items sopro.Item[] one at least
---@field index integer of the one that is shown
---@field head string the line before the place
---@field tail string the line after it
---@field told table<integer, true> the items whose being shown the server was told
---@field drawn? string what was last drawn, and where

---@class sopro.Rest what is left of the shown item at this instant
---@field offer sopro.Offer
---@field item sopro.Item
---@field text string never empty
---@field typed string the beginning that stands in the buffer already
---@field row integer of the cursor, from 0
---@field col integer of the cursor, in bytes

---@return integer row from 0
---@return integer col in bytes, from 0
function M.cursor()
  local at = vim.api.nvim_win_get_cursor(0)
  return at[1] - 1, at[2]
end

---@param bufnr integer
---@param row integer from 0
---@return string
local function line_at(bufnr, row)
  return vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ''
end

---@param item lsp.InlineCompletionItem
---@return string
local function text_of(item)
  local inserted = item.insertText
  return ((type(inserted) == 'table' and inserted.value or inserted):gsub('\r\n', '\n'))
end

---How many bytes right of its place an item replaces; nil for one that begins elsewhere or reaches over the line's end: the server
---sends none.
---@param item lsp.InlineCompletionItem
---@param place sopro.Place
---@param line string
---@param encoding string
---@return integer?
local function replaced_by(item, place, line, encoding)
  local range = item.range
  if not range then
    return 0
  elseif range.start.line ~= place.row or range['end'].line ~= place.row then
    return nil
  elseif text.byte(line, range.start.character, encoding) ~= place.col then
    return nil
  end
  return text.byte(line, range['end'].character, encoding) - place.col
end

---Puts an offer that goes on with what is shown at the place where that began, so that deleting what was typed brings it back.
---@param offer sopro.Offer
---@param before sopro.Rest?
local function join(offer, before)
  if not before or before.typed == '' or not vim.startswith(offer.items[1].text, before.text) then
    return
  end
  for _, name in ipairs({ 'row', 'col', 'head', 'tail', 'told' }) do
    offer[name] = before.offer[name]
  end
  for _, item in ipairs(offer.items) do
    item.text, item.lead = before.typed .. item.text, before.typed
  end
end

---@param place sopro.Place where the cursor is, in the text as it is
---@param result lsp.InlineCompletionList|lsp.InlineCompletionItem[]
---@param encoding string
---@param before sopro.Rest? of what is shown
---@return sopro.Offer? nil where the answer has nothing to offer
function M.new(place, result, encoding, before)
  local line = line_at(place.bufnr, place.row)
  local offer = vim.tbl_extend('error', place, {
    items = {},
    index = 1,
    head = line:sub(1, place.col),
    tail = line:sub(place.col + 1),
    told = {},
  }) --[[@as sopro.Offer]]
  for _, item in ipairs(result.items or result) do
    local replaced = replaced_by(item, place, line, encoding)
    if replaced then
      table.insert(offer.items, { text = text_of(item), lead = '', replaced = replaced, sent = item })
    end
  end
  if #offer.items == 0 then
    return nil
  end
  join(offer, before)
  return offer
end

---What is left of an offer, if the text still agrees with it: typing shortens it, deleting brings back what was typed.
---@param offer sopro.Offer?
---@return sopro.Rest?
function M.rest(offer)
  if not offer or vim.api.nvim_get_current_buf() ~= offer.bufnr then
    return nil
  end
  local row, col = M.cursor()
  local item, bufnr = offer.items[offer.index], offer.bufnr
  if row < offer.row or (row == offer.row and col < offer.col) then
    return nil
  elseif row - offer.row > #item.text then -- more lines than it can have
    return nil
  elseif line_at(bufnr, offer.row):sub(1, offer.col) ~= offer.head or line_at(bufnr, row):sub(col + 1) ~= offer.tail then
    return nil
  end
  local typed = table.concat(vim.api.nvim_buf_get_text(bufnr, offer.row, offer.col, row, col, {}), '\n')
  if #typed >= #item.text or not vim.startswith(item.text, typed) then
    return nil
  end
  return { offer = offer, item = item, text = item.text:sub(#typed + 1), typed = typed, row = row, col = col }
end

---How much of the item as it was sent is taken, when the next bytes of what is left are.
---@param rest sopro.Rest
---@param length integer in bytes
---@return integer in UTF-16 units, as the protocol counts
function M.accepted_length(rest, length)
  local taken = (rest.typed .. rest.text:sub(1, length)):sub(#rest.item.lead + 1)
  return text.character(taken, #taken, 'utf-16')
end

return M
