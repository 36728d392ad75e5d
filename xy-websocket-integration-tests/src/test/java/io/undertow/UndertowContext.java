package io.undertow;

import org.springframework.mock.web.MockServletContext;

/** What an application sees of Undertow, which isn't on the class path: the package of its context. */
public final class UndertowContext extends MockServletContext {}
