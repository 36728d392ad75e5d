package io.xywebsocket.spring.server;

/** The application runs on a servlet container that isn't supported; ends the start-up. */
final class UnsupportedContainerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnsupportedContainerException(String description) {
        super(description);
    }

    /** What the developer can do about it. */
    String action() {
        return "Run the application on Tomcat or Jetty: with spring-boot-starter-tomcat or spring-boot-starter-jetty in the place of the other"
                + " container's starter; or set xy.websocket.enabled=false to do without the endpoint.";
    }
}
