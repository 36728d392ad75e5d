package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletContext;
import jakarta.websocket.server.ServerContainer;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.server.standard.ServerEndpointExporter;

/** What Tomcat sets aside for each connection. */
class TomcatBuffersTests {

    private static ServerContainer container(App app) {
        return (ServerContainer) app.bean(ServletContext.class).getAttribute(ServerContainer.class.getName());
    }

    @Test
    void areSmallWhereNobodyElseNeedsThem() {
        try (App app = App.of()) {
            assertThat(container(app).getDefaultMaxTextMessageBufferSize()).isEqualTo(2048);
            assertThat(container(app).getDefaultMaxBinaryMessageBufferSize()).isEqualTo(256);
        }
    }

    @Test
    void areAsTheApplicationHasSetThem() {
        try (App app = App.with("server.servlet.context-parameters[org.apache.tomcat.websocket.textBufferSize]=4096")
                .start()) {
            assertThat(container(app).getDefaultMaxTextMessageBufferSize()).isEqualTo(4096);
        }
    }

    @Test
    void areLeftAloneBesideOtherWebSockets() {
        try (App app = App.of(OtherEndpoints.class)) {
            assertThat(container(app).getDefaultMaxTextMessageBufferSize()).isEqualTo(8192);
            assertThat(container(app).getDefaultMaxBinaryMessageBufferSize()).isEqualTo(8192);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OtherEndpoints {

        @Bean
        ServerEndpointExporter exporter() {
            return new ServerEndpointExporter();
        }
    }
}
