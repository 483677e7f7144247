package io.gpuinfer.benchmarks.load;

import io.gpuinfer.benchmarks.Progress;
import io.gpuinfer.load.ClosedLoop;
import io.gpuinfer.load.Measurement;
import io.gpuinfer.load.RequestSequence;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.camel.Endpoint;

/** Full load for a long time, to see whether memory stays as it is. */
final class Soak {

  private static final long INTERVAL_SECONDS = 10;

  /** The start is no part of the trend: code is compiled and buffers reach their size. */
  private static final double SETTLING = 0.2;

  /** What memory may grow by over the whole time; more is a leak. */
  private static final double FLAT_SHARE = 0.05;

  private static final double FLAT_BYTES = 16 << 20;

  private final ClosedLoop callers;
  private final Progress progress;

  Soak(ClosedLoop callers, Progress progress) {
    this.callers = callers;
    this.progress = progress;
  }

  /**
   * What came of it.
   *
   * @param samples all of them, the start included
   */
  record Result(Measurement load, List<MemorySample> samples) {

    /** Of the heap after collections, in bytes and seconds, without the start. */
    Trend heap() {
      return trend(MemorySample::heap);
    }

    /** Of the memory of the process, in bytes and seconds, without the start. */
    Trend resident() {
      return trend(MemorySample::resident);
    }

    boolean flat() {
      return flat(heap()) && flat(resident());
    }

    private static boolean flat(Trend trend) {
      return trend.change() <= Math.max(FLAT_BYTES, FLAT_SHARE * trend.median());
    }

    private Trend trend(ToDoubleFunction<MemorySample> value) {
      double settled = SETTLING * samples.get(samples.size() - 1).seconds();
      List<MemorySample> counted =
          samples.stream().filter(sample -> sample.seconds() >= settled).toList();
      return Trend.of(
          counted.stream().mapToDouble(MemorySample::seconds).toArray(),
          counted.stream().mapToDouble(value).toArray());
    }
  }

  Result run(Endpoint endpoint, RequestSequence requests, Duration length)
      throws IOException, InterruptedException {
    CompletableFuture<Measurement> load =
        CompletableFuture.supplyAsync(() -> load(endpoint, requests, length));
    List<MemorySample> samples = new ArrayList<>();
    long start = System.nanoTime();
    while (!load.isDone()) {
      MemorySample sample = MemorySample.now((System.nanoTime() - start) / 1e9);
      samples.add(sample);
      progress.say(
          "%.0f of %d s: heap %.1f MiB, process %.1f MiB"
              .formatted(
                  sample.seconds(),
                  length.toSeconds(),
                  sample.heap() / 0x1p20,
                  sample.resident() / 0x1p20));
      TimeUnit.SECONDS.sleep(INTERVAL_SECONDS);
    }
    return new Result(load.join(), samples);
  }

  private Measurement load(Endpoint endpoint, RequestSequence requests, Duration length) {
    try {
      return callers.run(endpoint, requests, Duration.ZERO, length);
    } catch (InterruptedException e) {
      throw new CompletionException(e);
    }
  }
}
