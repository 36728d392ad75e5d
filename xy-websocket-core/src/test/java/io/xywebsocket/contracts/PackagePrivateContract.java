package io.xywebsocket.contracts;

import io.xywebsocket.XyRpc;

/** A contract that only its own package can see, as most applications' are. */
interface PackagePrivateContract {

    @XyRpc("locate")
    String locate(String courier);

    default String locateTwice(String courier) {
        return locate(courier) + locate(courier);
    }
}
