// What we need to know of the XML of a form: its number, and whom it is about.

/** The form being filled, found among what ODK Web Forms draws; it hands it to nobody, and without it nothing unfinished
 * could be kept. Null where a later version draws differently: then only finished forms are kept. */
export function formOf(component) {
  const look = (vnode, depth) => {
    if (!vnode || depth > 12) return null;
    if (typeof vnode.props?.form?.prepareInstancePayload === "function") return vnode.props.form;
    const inner = [vnode.component?.subTree, ...(Array.isArray(vnode.children) ? vnode.children : [])];
    for (const each of inner) {
      const found = typeof each === "object" ? look(each, depth + 1) : null;
      if (found) return found;
    }
    return null;
  };
  return component ? look(component.$.subTree, 0) : null;
}

const parse = async (file) => new DOMParser().parseFromString(await file.text(), "text/xml");
const first = (xml, name) => xml.getElementsByTagNameNS("*", name)[0]?.textContent.trim() ?? "";

/** A finished form as it is sent: an unfinished one that was opened again does not correct anything the office has. */
export async function finished(file) {
  const xml = await parse(file);
  for (const old of [...xml.getElementsByTagNameNS("*", "deprecatedID")]) old.remove();
  const text = new XMLSerializer().serializeToString(xml);
  return { id: first(xml, "instanceID"), file: new File([text], file.name, { type: "text/xml" }) };
}

/** The first person's name, in whichever script it was written. */
export async function whoIsIn(file) {
  const xml = await parse(file);
  const both = (given, surname) => `${first(xml, given)} ${first(xml, surname)}`.trim();
  return both("given_name_ur", "surname_ur") || both("given_name", "surname");
}
