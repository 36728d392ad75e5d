package io.xywebsocket.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * The parcel post of Alderbrook: couriers and parcels on a live map, for everybody who opens {@code http://localhost:8080}.
 *
 * <p>What the pages may call and send is in {@link CityFunctions}, {@link ParcelFunctions}, {@link CourierFunctions} and
 * {@link People}; what this side calls in the pages is in {@link Drivers}. With the profile "cluster" several nodes are one
 * town, see {@link Ledger}.
 */
@SpringBootApplication
@EnableScheduling
public class SampleApplication {

    public static void main(String[] args) {
        SpringApplication.run(SampleApplication.class, args);
    }
}
