package io.xywebsocket.contracts;

import io.xywebsocket.XyCaller;

/** Uses a contract that only this package can see. */
public final class Contracts {

    private Contracts() {}

    public static String locateTwice(XyCaller caller, String courier) {
        return caller.proxy(PackagePrivateContract.class).locateTwice(courier);
    }
}
