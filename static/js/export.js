// Which cases the links of the export menu fetch: its switches are parameters of their addresses.
export function connectExport(menu) {
  menu.addEventListener("change", ({ target }) => {
    for (const link of menu.querySelectorAll("a")) {
      const address = new URL(link.href)
      if (target.checked) address.searchParams.set(target.name, target.value)
      else address.searchParams.delete(target.name)
      link.href = address
    }
  })
}
