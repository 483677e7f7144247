package io.gpuinfer.serving.version;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.serving.version.FakeVersions.Fake;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Swaps while requests come and go, and some loads fail. */
class SwapUnderLoadTest {

  private static final int CALLERS = 4;
  private static final int MOST_HELD_BY_EACH = 2000;
  private static final int SWAPS = 1000;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final FakeVersions versions = new FakeVersions();
  private final VersionedModel<Fake> model =
      new VersionedModel<>("net", versions, threads, Duration.ofSeconds(60), Clock.systemUTC());

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong served = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void shouldDropNoRequestInAThousandSwaps() {
    int failed = swapOften(new Random(7), SwapMode.BESIDE);

    assertThat(failed).isBetween(SWAPS / 5, SWAPS / 2);
    assertThat(refused).hasValue(0);
    assertThat(served.get()).isGreaterThan(100L * SWAPS);
    assertThat(versions.mostInMemory).hasValue(2);
    assertOnlyOneIsLeft();
  }

  @Test
  void shouldNeverHoldTwoVersionsInAThousandSwapsThatDrainFirst() {
    int failed = swapOften(new Random(8), SwapMode.DRAIN_FIRST);

    assertThat(failed).isBetween(SWAPS / 5, SWAPS / 2);
    assertThat(served).hasPositiveValue();
    assertThat(versions.mostInMemory).hasValue(1);
    assertOnlyOneIsLeft();
  }

  @Test
  void shouldLeaseInWellUnderAMicrosecond() {
    model.load("0");
    int leases = 200_000;
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 10; round++) {
      long began = System.nanoTime();
      for (int i = 0; i < leases; i++) {
        try (Lease<Fake> lease = model.lease()) {
          lease.model().use();
        }
      }
      best = Math.min(best, (System.nanoTime() - began) / leases);
    }
    assertThat(best).as("nanoseconds to take and return a lease").isLessThan(1000);
  }

  private int swapOften(Random random, SwapMode mode) {
    model.load("0");
    List<CompletableFuture<Void>> callers =
        IntStream.range(0, CALLERS)
            .mapToObj(i -> CompletableFuture.runAsync(() -> call(new Random(i)), threads))
            .toList();
    versions.behaviour =
        version -> {
          // The version before loads whenever it is to be restored.
          if (!version.equals(model.status().previous()) && random.nextInt(10) < 3) {
            throw new ModelLoadException("unlucky " + version);
          }
        };
    int failed = 0;
    for (int i = 1; i <= SWAPS; i++) {
      try {
        model.swap(String.valueOf(i), mode);
      } catch (ModelLoadException e) {
        failed++;
      }
    }
    over.set(true);
    callers.forEach(CompletableFuture::join);
    return failed;
  }

  /** Takes leases and returns them late, so that thousands are out at a time. */
  private void call(Random random) {
    Deque<Lease<Fake>> held = new ArrayDeque<>();
    while (!over.get()) {
      try {
        for (int left = random.nextInt(MOST_HELD_BY_EACH); left > 0; left--) {
          held.add(model.lease());
          served.incrementAndGet();
        }
      } catch (ModelUnavailableException e) {
        refused.incrementAndGet();
      }
      returnAll(held);
      // There may be more callers than cores, and a swap waits for each of them.
      LockSupport.parkNanos(1);
    }
  }

  private static void returnAll(Deque<Lease<Fake>> held) {
    for (Lease<Fake> lease : held) {
      lease.model().use();
      lease.close();
    }
    held.clear();
  }

  private void assertOnlyOneIsLeft() {
    List<Fake> open = new ArrayList<>();
    for (Fake fake : versions.loaded) {
      assertThat(fake.closings.get()).isLessThanOrEqualTo(1);
      if (fake.closings.get() == 0) {
        open.add(fake);
      }
    }
    assertThat(open).singleElement().extracting(Fake::version).isEqualTo(model.status().served());
    assertThat(model.status().leases()).isZero();
    assertThat(model.status().draining()).isEmpty();
    model.close();
    assertThat(versions.inMemory).hasValue(0);
  }
}
