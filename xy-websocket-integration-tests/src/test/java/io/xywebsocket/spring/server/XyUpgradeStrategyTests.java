package io.xywebsocket.spring.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.engine.XyEndpoint;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

@ExtendWith(OutputCaptureExtension.class)
class XyUpgradeStrategyTests {

    private final XyEndpoint endpoint = XyEndpoint.builder().build();
    private final AtomicInteger left = new AtomicInteger();

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void refusesTheRequestOfAContainerThatItDoesNotKnowWithOneLine(CapturedOutput output) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/ws");
        request.addHeader("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        request.setAttribute(Permit.ATTRIBUTE, new Permit(left::incrementAndGet, () -> {}));
        MockHttpServletResponse response = new MockHttpServletResponse();

        new XyUpgradeStrategy(endpoint, false, List.of())
                .upgrade(
                        new ServletServerHttpRequest(new HttpServletRequestWrapper(request)),
                        new ServletServerHttpResponse(response),
                        null,
                        List.of(),
                        null,
                        new AbstractWebSocketHandler() {},
                        Map.of());

        assertThat(response.getStatus()).isEqualTo(500);
        assertThat(response.getHeaderNames()).isEmpty();
        assertThat(left).hasValue(1);
        assertThat(output.toString().lines().filter(line -> line.contains("ERROR")))
                .singleElement()
                .asString()
                .contains("Tomcat", "Jetty", MockHttpServletRequest.class.getName());
    }
}
