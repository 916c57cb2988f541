---Inline completion: when the server is asked, and what of its answers is shown. The server decides what to say and when; here is
---only seen to it that what is shown fits the text at this instant.
---
---  a key, the cursor moved   what is shown is trimmed to what was typed, or hidden; the server is asked at once
---  answer {items: […]}       shown, if the text, the cursor and the mode are still those it was asked for
---  answer {items: []}        nothing to say: hidden
---  answer null               a newer request has overtaken it: what is shown stays
---
---No request is ever cancelled: the server lets a newer one join what is being generated.
local client = require('sopro.client')
local config = require('sopro.config')
local ghost = require('sopro.ghost')
local menu = require('sopro.menu')
local offers = require('sopro.offer')
local say = require('sopro.say')
local text = require('sopro.text')

local M = {}

local invoked, automatic = 1, 2

---@type sopro.Offer?
local offer
---The number of the last request.
local sequence = 0
---The text and place that were last asked for.
local asked_for = ''
local group = vim.api.nvim_create_augroup('sopro.inline', {})

---Whether completions are wanted in a buffer: `vim.b.sopro_disable`, `filetypes` and `enabled` of the configuration.
---@param bufnr integer
---@return boolean
function M.wanted(bufnr)
  local set = config.get()
  local by_type = set.filetypes[vim.bo[bufnr].filetype]
  if by_type == nil then
    by_type = set.filetypes['*']
  end
  if vim.b[bufnr].sopro_disable or by_type == false then
    return false
  end
  return not set.enabled or set.enabled(bufnr) ~= false
end

---@return boolean
local function is_inserting()
  return vim.startswith(vim.api.nvim_get_mode().mode, 'i')
end

---Whether this is an instant for a completion. Right of the line's end, where 'virtualedit' lets the cursor be, there is none. A macro
---gets none, neither while it is recorded nor while it runs: what is recorded must be what is played.
---@param bufnr integer
local function is_time(bufnr)
  return is_inserting()
    and vim.api.nvim_get_current_buf() == bufnr
    and vim.fn.getcurpos()[4] == 0
    and vim.fn.reg_recording() == ''
    and vim.fn.reg_executing() == ''
    and M.wanted(bufnr)
end

---The text and the place, in one word.
---@param bufnr integer
---@return string
local function now_at(bufnr)
  local row, col = offers.cursor()
  return ('%d:%d:%d:%d'):format(bufnr, vim.api.nvim_buf_get_changedtick(bufnr), row, col)
end

---What is left of the offer at this instant.
---@return sopro.Rest?
function M.rest()
  return offers.rest(offer)
end

---Tells listeners what is on the screen now; `asked` and `answered` are nanoseconds of vim.uv.hrtime().
---@param rest sopro.Rest?
local function announce(rest)
  vim.api.nvim_exec_autocmds('User', {
    pattern = 'SoproGhost',
    modeline = false,
    data = rest and { text = rest.text, asked = rest.offer.asked, answered = rest.offer.answered } or { text = '' },
  })
end

---@param method string
---@param o sopro.Offer
---@param params table
local function tell(method, o, params)
  local running = vim.lsp.get_client_by_id(o.client_id)
  if running then
    client.call(running, 'notify', method, params)
  end
end

local function hide()
  if offer then
    offer.drawn = nil
  end
  if ghost.hide() then
    announce(nil)
  end
end

---Whether something stands at the cursor that goes before a completion: a menu, or code that is proposed for a comment.
---@param bufnr integer
local function is_covered(bufnr)
  local generate = package.loaded['sopro.generate']
  return menu.open() or (generate ~= nil and generate.standing(bufnr))
end

---Draws what fits, if it may be seen.
local function draw()
  local rest = M.rest()
  if not rest or is_covered(rest.offer.bufnr) then
    hide()
    return
  end
  local place = now_at(rest.offer.bufnr) .. rest.text
  if rest.offer.drawn == place then
    return
  end
  rest.offer.drawn = place
  ghost.show(rest.offer.bufnr, rest.row, rest.col, rest.text, rest.item.replaced)
  announce(rest)
  if not rest.offer.told[rest.offer.index] then
    rest.offer.told[rest.offer.index] = true
    tell('textDocument/didShowCompletion', rest.offer, { item = rest.item.sent })
  end
end

---Draws what will be left once the next bytes of a completion are text. Neovim can redraw between that change and the events that
---tell of it, and what has become text would be seen twice.
---@param rest sopro.Rest
---@param length integer in bytes
function M.foresee(rest, length)
  if length >= #rest.text then
    hide()
  elseif rest.offer.drawn then
    rest.offer.drawn = 'foreseen'
    ghost.show(rest.offer.bufnr, rest.row, rest.col, rest.text:sub(length + 1), rest.item.replaced)
  end
end

---A character is about to be typed.
local function before_character()
  local rest = M.rest()
  local typed = vim.v.char
  if rest then
    M.foresee(rest, vim.startswith(rest.text, typed) and #typed or #rest.text)
  end
end

---Forgets the offer, and every answer that is still on its way.
function M.dismiss()
  sequence = sequence + 1
  offer = nil
  hide()
end

---Insertion has ended, or is no time for completions: what comes next is asked about anew.
local function leave()
  asked_for = ''
  M.dismiss()
end

---@param running vim.lsp.Client
---@param bufnr integer
---@param kind 1|2
---@param on_answer? fun() when what there is to show stands in `offer`
local function request(running, bufnr, kind, on_answer)
  sequence = sequence + 1
  local number, place = sequence, now_at(bufnr)
  local row, col = offers.cursor()
  asked_for = place
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(bufnr),
    position = text.position(bufnr, row, col, running.offset_encoding),
    context = { triggerKind = kind },
  }
  local asked ---@type integer
  client.call(running, 'request', 'textDocument/inlineCompletion', params, function(err, result)
    local answered = vim.uv.hrtime()
    if err or not result or result == vim.NIL or number ~= sequence or not is_time(bufnr) then
      return
    elseif now_at(bufnr) ~= place then
      M.update(bufnr) -- something other than a key has changed the text
      return
    end
    offer = offers.new({
      bufnr = bufnr,
      client_id = running.id,
      row = row,
      col = col,
      manual = kind == invoked,
      asked = asked,
      answered = answered,
    }, result, running.offset_encoding, M.rest())
    if on_answer then
      on_answer()
    end
    draw()
  end, bufnr)
  asked = vim.uv.hrtime()
end

---After a key, or when the cursor moved: shows what still fits, and asks if there is something new to ask about.
---@param bufnr integer
function M.update(bufnr)
  if not is_time(bufnr) then
    leave()
    return
  end
  draw()
  local running = client.client(bufnr)
  if not running or now_at(bufnr) == asked_for then
    return
  end
  -- Where completions come on demand only, one that was asked for goes on while it is typed.
  local goes_on = offer and offer.manual and M.rest()
  request(running, bufnr, goes_on and invoked or automatic)
end

---Says why nothing came, to a person who asked.
local function tell_nothing()
  local status = client.status()
  local why = status and status.message or ''
  say.info(why ~= '' and why or 'nothing to suggest here')
end

---Shows another item of the offer.
---@param step integer
local function turn(step)
  offer.index = (offer.index - 1 + step) % #offer.items + 1
end

---Asks by hand, also where the server is set to answer on demand only.
---@param step? integer to which item to go when they are there; default 0, the first
function M.trigger(step)
  local bufnr = vim.api.nvim_get_current_buf()
  local running = client.client(bufnr)
  if running and is_time(bufnr) then
    request(running, bufnr, invoked, function()
      if offer then
        turn(step or 0)
      else
        tell_nothing()
      end
    end)
  elseif not running then
    say.info('there is no server for this buffer; :checkhealth sopro says why')
  end
end

---Shows another item of the same answer. Where there is only one, asks by hand: then there may be more.
---@param step integer
function M.cycle(step)
  local rest = M.rest()
  if not rest or #rest.offer.items < 2 then
    M.trigger(step)
    return
  end
  turn(step)
  draw()
end

---The beginning of a completion was inserted, and the server learns of it. After all of it, it is asked at once what follows.
---@param rest sopro.Rest as it was before
---@param length integer what was inserted of it, in bytes
---@param is_whole boolean
function M.taken(rest, length, is_whole)
  local bufnr = rest.offer.bufnr
  local running, command = vim.lsp.get_client_by_id(rest.offer.client_id), rest.item.sent.command
  if running and is_whole and command then
    local params = { command = command.command, arguments = command.arguments }
    client.call(running, 'request', 'workspace/executeCommand', params, function() end, bufnr)
  elseif not is_whole then
    local accepted = offers.accepted_length(rest, length)
    tell('textDocument/didPartiallyAcceptCompletion', rest.offer, { item = rest.item.sent, acceptedLength = accepted })
    asked_for = now_at(bufnr) -- the rest is known, and stays until a key is typed
  end
  M.update(bufnr)
end

---@return boolean whether a completion is on the screen and fits
function M.visible()
  local rest = M.rest()
  return rest ~= nil and is_inserting() and not is_covered(rest.offer.bufnr)
end

---@param bufnr integer
---@param events string|string[]
---@param act fun(bufnr: integer)
local function on(bufnr, events, act)
  vim.api.nvim_create_autocmd(events, {
    group = group,
    buffer = bufnr,
    callback = function()
      act(bufnr)
    end,
  })
end

---Completes in a buffer from now on, by the way that is configured.
---@param bufnr integer
---@param running vim.lsp.Client
function M.attach(bufnr, running)
  vim.api.nvim_clear_autocmds({ group = group, buffer = bufnr })
  local native = vim.lsp.inline_completion
  local is_native = config.get().ghost == 'native'
  if native then
    native.enable(is_native, { bufnr = bufnr, client_id = running.id })
  end
  if is_native and native then
    leave()
    return
  end
  on(bufnr, { 'TextChangedI', 'TextChangedP', 'CursorMovedI' }, M.update)
  on(bufnr, 'InsertCharPre', before_character)
  on(bufnr, { 'InsertLeave', 'BufLeave', 'WinLeave' }, leave)
  on(bufnr, 'InsertEnter', vim.schedule_wrap(M.update)) -- the cursor is at its place only after the event
  if vim.api.nvim_get_current_buf() == bufnr and is_inserting() then
    M.update(bufnr)
  end
end

---A client no longer serves a buffer.
---@param bufnr integer
---@param client_id integer
function M.detach(bufnr, client_id)
  local other = client.client(bufnr)
  if other and other.id ~= client_id then
    return
  end
  vim.api.nvim_clear_autocmds({ group = group, buffer = bufnr })
  if offer and offer.bufnr == bufnr then
    leave()
  end
end

-- <C-c> leaves insert mode without InsertLeave, and <Insert> goes on to replace.
vim.api.nvim_create_autocmd('ModeChanged', { group = group, pattern = 'i*:[^i]*', callback = leave })

---What the server said last of itself.
---@type string?
local last_kind
---The text and place that were asked for anew.
local asked_anew = ''

---Where nothing was said because there was no model yet, it is asked once more when there is.
---@param status sopro.Status? nil: the server has ended
local function on_status(status)
  local before, kind = last_kind, status and status.kind
  last_kind = kind
  if kind ~= 'ok' or before == 'ok' or before == 'busy' or offer then
    return
  end
  local bufnr = vim.api.nvim_get_current_buf()
  if is_time(bufnr) and asked_for == now_at(bufnr) and asked_anew ~= asked_for then
    asked_anew, asked_for = asked_for, ''
    M.update(bufnr)
  end
end

vim.api.nvim_create_autocmd('User', {
  group = group,
  pattern = 'SoproStatus',
  callback = function(event)
    on_status(event.data)
  end,
})

menu.watch(group, function()
  if offer then
    draw()
  end
end)

return M
