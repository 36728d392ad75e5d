package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyHandlerDecorator;

/** What is around the handlers of clients; not a decorator by itself, because those are the endpoint's. */
record ClientContexts(XyHandlerDecorator decorator) {}
