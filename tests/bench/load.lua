-- wrk script: `-- KIND TOKEN FILE PREFIX`, one KIND for each kind of request.
-- FILE holds what KIND asks for: ids or userNames, one a line, or a user with @@ where a number goes.
local build
local headers = {}
local prefix = ""
local counter = 0

local function lines(path)
  local list = {}
  for line in io.lines(path) do list[#list + 1] = line end
  return list
end

local kinds = {}

function kinds.fixed()
  return function() return wrk.format("GET", wrk.path, headers) end
end

-- The path with a query of the file.
function kinds.query(file)
  local queries = lines(file)
  return function()
    return wrk.format("GET", wrk.path .. "?" .. queries[math.random(#queries)], headers)
  end
end

-- The file as it is.
function kinds.ask(file)
  local body = io.open(file):read("a")
  return function() return wrk.format("POST", wrk.path, headers, body) end
end

function kinds.get(file)
  local ids = lines(file)
  return function() return wrk.format("GET", wrk.path .. "/" .. ids[math.random(#ids)], headers) end
end

function kinds.filter(file)
  local names = lines(file)
  return function()
    local filter = "?filter=userName%20eq%20%22" .. names[math.random(#names)] .. "%22"
    return wrk.format("GET", wrk.path .. filter, headers)
  end
end

function kinds.post(file)
  local parts = {}
  local text = io.open(file):read("a"):gsub("%s+$", "")
  for part in (text .. "@@"):gmatch("(.-)@@") do parts[#parts + 1] = part end
  return function()
    counter = counter + 1
    local body = table.concat(parts, prefix .. counter)
    return wrk.format("POST", wrk.path, headers, body)
  end
end

-- Adds each user of the file to the group, then removes each, and so on.
function kinds.patch(file)
  local ids = lines(file)
  local schema = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":['
  return function()
    local id = ids[counter % #ids + 1]
    local add = math.floor(counter / #ids) % 2 == 0
    counter = counter + 1
    local operation = add and '{"op":"add","path":"members","value":[{"value":"' .. id .. '"}]}]}'
      or '{"op":"remove","path":"members[value eq \\"' .. id .. '\\"]"}]}'
    return wrk.format("PATCH", wrk.path, headers, schema .. operation)
  end
end

-- jackson knows no value filter in a path.
function kinds.patch_list(file)
  local ids = lines(file)
  local schema = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":['
  return function()
    local id = ids[counter % #ids + 1]
    local op = math.floor(counter / #ids) % 2 == 0 and "add" or "remove"
    counter = counter + 1
    local operation = '{"op":"' .. op .. '","path":"members","value":[{"value":"' .. id .. '"}]}]}'
    return wrk.format("PATCH", wrk.path, headers, schema .. operation)
  end
end

function init(arguments)
  math.randomseed(os.time())
  if arguments[2] ~= "" then headers["Authorization"] = "Bearer " .. arguments[2] end
  headers["Content-Type"] = "application/scim+json"
  prefix = arguments[4] or ""
  build = kinds[arguments[1]](arguments[3])
end

function request() return build() end

function done(summary, latency)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read
    + summary.errors.write + summary.errors.timeout
  print(string.format("RESULT %d %d %d %.1f %.1f", summary.requests, summary.duration, failed,
    latency:percentile(50), latency:percentile(99)))
end
