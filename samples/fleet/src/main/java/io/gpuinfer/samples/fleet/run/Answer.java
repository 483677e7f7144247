package io.gpuinfer.samples.fleet.run;

import io.gpuinfer.samples.fleet.FleetHeaders;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * What became of a request: a result, or a dead letter.
 *
 * @param id of the request; null where a dead letter has none
 * @param value the result, or what was asked where there is none
 * @param reason why there is no result; null where there is one
 * @param worker that wrote it
 * @param modelVersion that answered; null where none did
 * @param attempt from 1 on
 * @param partition that the request was read from, of the requests, or of the retries after the
 *     first attempt
 * @param writtenAt milliseconds since 1970
 */
record Answer(
    String id,
    byte[] value,
    String reason,
    String worker,
    String modelVersion,
    int attempt,
    int partition,
    long writtenAt) {

  static Answer of(ConsumerRecord<String, byte[]> written) {
    return new Answer(
        written.key(),
        written.value(),
        header(written, FleetHeaders.REASON),
        header(written, FleetHeaders.WORKER),
        header(written, FleetHeaders.MODEL_VERSION),
        Integer.parseInt(header(written, FleetHeaders.ATTEMPT)),
        Integer.parseInt(header(written, FleetHeaders.PARTITION)),
        written.timestamp());
  }

  boolean isDead() {
    return reason != null;
  }

  private static String header(ConsumerRecord<String, byte[]> written, String name) {
    Header header = written.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }
}
