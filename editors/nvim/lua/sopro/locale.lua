---The language that the person reads: explanations are in it, unless a setting says otherwise.
local M = {}

---@param name string such as 'pt_BR.UTF-8@euro'
---@return string? such as 'pt-BR'
local function tag(name)
  local plain = name:match('^[^.@]*')
  if plain == '' or plain == 'C' or plain == 'POSIX' then
    return nil
  end
  return (plain:gsub('_', '-'))
end

---The language of Neovim's messages; where the system lacks that locale, what the environment asks for.
---@return string? a tag such as 'pt-BR'
function M.tag()
  local asked = ''
  for _, variable in ipairs({ 'LC_ALL', 'LC_MESSAGES', 'LANG' }) do
    asked = asked ~= '' and asked or vim.env[variable] or ''
  end
  return tag(vim.v.lang) or tag(asked)
end

return M
