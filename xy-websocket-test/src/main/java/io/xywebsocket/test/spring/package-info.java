/** The kit in Spring Boot's tests: a slice with the handlers of an application, and peers for every test of a whole one. */
@NullMarked
package io.xywebsocket.test.spring;

import org.jspecify.annotations.NullMarked;
