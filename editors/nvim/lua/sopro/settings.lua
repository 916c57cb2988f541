---The server's settings as the person wrote them, and the two ways in which they reach the server: most over LSP, live; the protected
---ones, which the server does not take from an editor since a repository could have written them there, on its command line.
local M = {}

---Whole keys, or groups that end in a dot. The same list as in docs/settings.md; what is missing here would merely be refused.
local protected = {
  'ollama.url',
  'openai.',
  'privacy.',
  'models.families',
  'index.maxFileBytes',
  'log.',
}

---@param key string
local function is_protected(key)
  for _, name in ipairs(protected) do
    if key == name or (vim.endswith(name, '.') and vim.startswith(key, name)) then
      return true
    end
  end
  return false
end

---A value as the command line takes it.
---@param value any
---@return string
local function as_text(value)
  if type(value) ~= 'table' then
    return tostring(value)
  elseif vim.islist(value) then
    return table.concat(value, ',')
  end
  return vim.json.encode(value)
end

---Takes the settings apart. Only what the person has set is in them, so that no default overrules a workspace's own file.
---@param settings table
---@return table sent over LSP, as the section `sopro`
---@return string[] flags for the command line, in a fixed order
function M.split(settings)
  local sent, flags = vim.empty_dict(), {} ---@type table, string[]
  for group, value in vim.spairs(settings) do
    if type(value) ~= 'table' then
      sent[group] = value
    else
      for name, inner in vim.spairs(value) do
        local key = group .. '.' .. name
        if is_protected(key) then
          vim.list_extend(flags, { '--set', key .. '=' .. as_text(inner) })
        else
          sent[group] = sent[group] or {}
          sent[group][name] = inner
        end
      end
    end
  end
  return sent, flags
end

---Answers `workspace/configuration`: what the person has set for this plugin goes before what vim.lsp.config() says.
---@type lsp.Handler
function M.on_configuration(err, params, ctx, handler_config)
  local answers = vim.lsp.handlers['workspace/configuration'](err, params, ctx, handler_config)
  local sent = M.split(require('sopro.config').get().settings)
  for i, item in ipairs(params.items or {}) do
    if item.section == 'sopro' and type(answers) == 'table' then
      answers[i] = type(answers[i]) == 'table' and vim.tbl_deep_extend('force', answers[i], sent) or sent
    end
  end
  return answers
end

return M
