package io.xywebsocket.testkit;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The application of the {@link Shop}. */
@SpringBootApplication
class ShopApplication {}
