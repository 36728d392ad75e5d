package io.xywebsocket.spring;

/**
 * The paths under which the application serves the JavaScript client, for pages that a template makes. There is a bean of this type unless
 * {@code xy.websocket.script-path} is empty. With Thymeleaf:
 *
 * <pre>{@code
 * <script type="module" th:inline="javascript">
 *   import { connect } from [[@{${@xyScript.versionedPath()}}]];
 * </script>
 * }</pre>
 *
 * @since 0.1
 */
public interface XyScript {

    /** The path of the script, below the context path. Browsers ask at each load whether what they have is still current. */
    String path();

    /**
     * The same path with a query that names what the script contains. Browsers keep what they get from it for a year and ask no more.
     * A path of another version than the application's gets the current script, to be asked for again.
     */
    String versionedPath();
}
