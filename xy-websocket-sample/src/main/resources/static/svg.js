// The two lines that spare a library.

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}

export function html(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (attribute.startsWith('on')) element.addEventListener(attribute.slice(2), value);
    else if (value === true && !attribute.startsWith('aria-')) element.setAttribute(attribute, '');
    else if (value !== false && value != null) element.setAttribute(attribute, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}
