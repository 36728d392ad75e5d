package io.xywebsocket.test.spring;

/** In a context it says that this is a test's, and not one of an application that the test starts by itself. */
record TestedContext() {}
