---Completions that are switched off and on: at every server, those too that begin later.
local client = require('sopro.client')
local say = require('sopro.say')
local switches = require('sopro.switches')

local M = {}

---@param running vim.lsp.Client
---@return string "" where it has no workspace
local function root_of(running)
  return running.config.root_dir or ''
end

---@param running vim.lsp.Client
---@param argument {scope: string, language?: string, enabled: boolean}
local function tell(running, argument)
  local params = { command = 'sopro.toggle', arguments = { argument } }
  client.call(running, 'request', 'workspace/executeCommand', params, function() end)
end

---Tells a server that has just begun.
---@param running vim.lsp.Client
function M.replay(running)
  local switched = switches.now()
  local enabled = switched.workspaces[root_of(running)]
  if enabled == nil then
    enabled = switched.everywhere
  end
  if enabled ~= nil then
    tell(running, { scope = 'all', enabled = enabled })
  end
  for language, is_on in pairs(switched.languages) do
    tell(running, { scope = 'language', language = language, enabled = is_on })
  end
end

---The language of a buffer, as the server calls it.
---@param bufnr integer 0: the current one
---@param running vim.lsp.Client?
---@return string
local function language_of(bufnr, running)
  local filetype = vim.bo[bufnr].filetype
  return running and running.get_language_id and running.get_language_id(bufnr, filetype) or filetype
end

---Whether a buffer's language is switched off.
---@param bufnr? integer default the current one
---@return boolean
function M.is_language_off(bufnr)
  bufnr = bufnr or 0
  return switches.now().languages[language_of(bufnr, client.client(bufnr))] == false
end

---Switches completions for a scope to what they are not: at the current buffer's server, and the others follow.
---@param scope? string 'all' (default), 'workspace' or 'language'
function M.run(scope)
  scope = scope or 'all'
  local here = client.client(0) or client.any()
  local language = scope == 'language' and language_of(0, here) or nil
  client.run(0, 'sopro.toggle', { scope = scope, language = language }, {
    done = function(err, result)
      if err then
        return say.error(err)
      end
      here = here or client.any()
      switches.set(scope, language or here and root_of(here) or '', result.enabled)
      for _, other in ipairs(vim.lsp.get_clients({ name = 'sopro' })) do
        if other ~= here and (scope ~= 'workspace' or root_of(other) == root_of(here)) then
          tell(other, { scope = scope, language = language, enabled = result.enabled })
        end
      end
      local of = language and (' for ' .. language) or scope == 'workspace' and ' in this workspace' or ''
      say.info(('completions are switched %s%s'):format(result.enabled and 'on' or 'off', of))
    end,
  })
end

return M
