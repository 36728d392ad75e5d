package io.xywebsocket.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.spring.XyClientHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

@ExtendWith(OutputCaptureExtension.class)
class ClientHandlerTests {

    /** Calls its caller. */
    static class Headquarters {
        @XyRpc
        String ask(String function, XyPeer peer) {
            return peer.await(function, String.class);
        }

        @XyRpc
        boolean tell(String event, XyPeer peer) {
            return peer.send(event, "news");
        }
    }

    @XyClientHandler
    static class ForTheOneWithoutAName {
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @XyRpc
        String where() {
            return "without a name";
        }

        @XyRpc
        @XyClientHandler({"north", "south"})
        String direction() {
            return "north or south";
        }

        @XyEvent
        void note(String text) {
            heard.add(text);
        }
    }

    static class Mixed {
        @XyRpc("where")
        @XyClientHandler("north")
        String north() {
            return "north";
        }

        @XyRpc("where")
        String own() {
            return "own";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import({ForTheOneWithoutAName.class, Mixed.class})
    static class Beans {}

    private static final Applications servers = new Applications();
    private static String url;

    private final Applications applications = new Applications();

    @BeforeAll
    static void startServer() {
        url = Applications.url(servers.server(Headquarters.class));
    }

    @AfterAll
    static void stopServer() {
        servers.close();
    }

    @AfterEach
    void stopApplications() {
        applications.close();
    }

    /** The settings of clients with these names. */
    private static String[] clients(String... names) {
        return Stream.of(names)
                .map(name -> name.isEmpty() ? "xy.websocket.client" : "xy.websocket.clients." + name)
                .flatMap(prefix -> Stream.of(prefix + ".url=" + url, prefix + ".wait-for-connection=true"))
                .toArray(String[]::new);
    }

    private static String ask(ConfigurableApplicationContext application, String client, String function) {
        return application.getBean(client, XyClient.class).await("ask", function, String.class);
    }

    @Test
    void offersMarkedMethodsToTheServersOfTheirClients() throws Exception {
        ConfigurableApplicationContext application = applications.plain(Beans.class, clients("", "north", "south"));

        assertThat(ask(application, "xyClient", "where")).isEqualTo("without a name");
        assertThat(ask(application, "northXyClient", "where")).isEqualTo("north");
        assertThat(ask(application, "northXyClient", "direction")).isEqualTo("north or south");
        assertThat(ask(application, "southXyClient", "direction")).isEqualTo("north or south");
        assertThat(application.getBean("xyClient", XyClient.class).<Boolean>await("tell", "note", Boolean.class))
                .isTrue();
        assertThat(application.getBean(ForTheOneWithoutAName.class).heard.poll(10, TimeUnit.SECONDS))
                .isEqualTo("news");
    }

    @Test
    void offersThemToNobodyElse() {
        ConfigurableApplicationContext application = applications.plain(Beans.class, clients("", "north", "south"));

        assertThatThrownBy(() -> ask(application, "xyClient", "direction"))
                .isInstanceOf(XyException.class)
                .hasMessage("'direction' not found");
        assertThatThrownBy(() -> ask(application, "southXyClient", "where")).hasMessage("'where' not found");
    }

    @Test
    void keepsThemFromThePeersOfTheApplicationsOwnEndpoint() {
        ConfigurableApplicationContext both = applications.server(Beans.class, clients("", "north", "south"));
        ConfigurableApplicationContext downstream = applications.plain(
                Headquarters.class,
                "xy.websocket.client.url=" + Applications.url(both),
                "xy.websocket.client.wait-for-connection=true");
        XyClient client = downstream.getBean(XyClient.class);

        assertThat(client.<String>await("where", String.class)).isEqualTo("own");
        assertThatThrownBy(() -> client.await("direction", String.class)).hasMessage("'direction' not found");
        assertThat(ask(both, "northXyClient", "where")).isEqualTo("north");
    }

    @Test
    void warnsOnceOfHandlersThatNobodyCanReachWithoutAnEndpoint(CapturedOutput output) {
        applications.plain(Beans.class, clients("", "north", "south"));

        assertThat(output.toString().lines().filter(line -> line.contains("no xy-websocket endpoint")))
                .singleElement()
                .asString()
                .contains("Mixed.own() of bean")
                .doesNotContain("Mixed.north()")
                .doesNotContain("ForTheOneWithoutAName");
    }

    @Test
    void warnsOfNothingWhereTheEndpointIsSwitchedOffAndThereAreNoClients(CapturedOutput output) {
        applications.plain(Headquarters.class, "xy.websocket.enabled=false");

        assertThat(output).doesNotContain("no xy-websocket endpoint");
    }

    @Test
    void warnsWhereTheEndpointIsSwitchedOffButTheHandlersMayBeMeantForTheClients(CapturedOutput output) {
        List<String> properties = new ArrayList<>(List.of(clients("")));
        properties.add("xy.websocket.enabled=false");

        applications.plain(Headquarters.class, properties.toArray(String[]::new));

        assertThat(output).contains("no xy-websocket endpoint").contains("Headquarters.ask(");
    }

    @XyClientHandler
    static class Forgetful {
        String where() {
            return "not marked";
        }
    }

    @Test
    void endsTheStartUpWhereAMarkedClassOffersNothing(CapturedOutput output) {
        String[] clients = clients("");

        assertThat(catchThrowable(() -> applications.plain(Forgetful.class, clients)))
                .hasMessageContaining("Forgetful")
                .hasMessageContaining("is marked with @XyClientHandler, but none of its methods");
        assertThat(output).contains("APPLICATION FAILED TO START").contains("or remove @XyClientHandler");
    }

    @Test
    void endsTheStartUpWhereAMethodIsMarkedForAClientThatThereIsNot(CapturedOutput output) {
        String[] clients = clients("", "north");

        assertThat(catchThrowable(() -> applications.plain(Beans.class, clients)))
                .hasMessageContaining("ForTheOneWithoutAName.direction() of bean")
                .hasMessageContaining("marked for the client 'south', which there isn't")
                .hasMessageContaining("Clients with a name: 'north'.");
        assertThat(output).contains("APPLICATION FAILED TO START").contains("Set xy.websocket.clients.south.url");
    }

    @Test
    void endsTheStartUpOfAServerWhoseHandlersAreMarkedForAClientItHasNot(CapturedOutput output) {
        assertThat(catchThrowable(() -> applications.server(Beans.class)))
                .hasMessageContaining("marked for the client");
        assertThat(output).contains("APPLICATION FAILED TO START").contains("or correct the name in @XyClientHandler");
    }

    @XyClientHandler("north")
    static class Rival {
        @XyRpc
        String where() {
            return "rival";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import({Mixed.class, Rival.class})
    static class Rivals {}

    @Test
    void endsTheStartUpWhereTwoMethodsClaimOneFunctionOfOneClient() {
        String[] clients = clients("north");

        assertThat(catchThrowable(() -> applications.plain(Rivals.class, clients)))
                .hasMessageContaining("Two methods claim the function 'where'")
                .hasMessageContaining("Mixed.north()")
                .hasMessageContaining("Rival.where()");
    }
}
