package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.serving.version.SwapMode;
import io.gpuinfer.serving.version.VersionStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real models that are swapped while callers go on, each of whose answers shows its version. */
class SwapUnderLoadTest extends CamelTestSupport {

  private static final int CALLERS = 4;
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir Path root;

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger answered = new AtomicInteger();
  private final ExecutorService threads = Executors.newFixedThreadPool(CALLERS);

  @Override
  protected CamelContext createCamelContext() throws Exception {
    TinyVersions versions = new TinyVersions(root);
    IntStream.rangeClosed(1, 3).forEach(versions::addNumbered);
    CamelContext context = super.createCamelContext();
    context
        .getComponent("gpu-infer", GpuInferComponent.class)
        .setModelRepository(versions.location());
    return context;
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void shouldDropNoRequestAndKeepNoMemoryInAThousandSwaps() throws Exception {
    startRoute("cpu");
    List<CompletableFuture<Void>> callers = callers();

    swap(200);
    long before = heapAfterCollection();
    int threadsBefore = Thread.activeCount();
    swap(800);
    long after = heapAfterCollection();
    int threadsAfter = Thread.activeCount();

    over.set(true);
    callers.forEach(CompletableFuture::join);
    assertThat(answered).hasValueGreaterThan(1000);
    assertThat(after - before).as("bytes of heap kept by 800 swaps").isLessThan(2 << 20);
    assertThat(threadsAfter).as("threads").isLessThan(threadsBefore + 20);
    assertDrained();
  }

  @Test
  void shouldDropNoRequestWhenADeviceChangesVersions() throws Exception {
    startRoute("opencl");
    List<CompletableFuture<Void>> callers = callers();

    swap(6);

    over.set(true);
    callers.forEach(CompletableFuture::join);
    assertThat(answered).hasPositiveValue();
    assertDrained();
  }

  private void startRoute(String device) throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            // In batches, or a slow device would have room for two: one caller runs and one waits.
            from("direct:tiny").to("gpu-infer:tiny?settings.batch=true&device=" + device);
          }
        });
  }

  private List<CompletableFuture<Void>> callers() {
    return IntStream.range(0, CALLERS)
        .mapToObj(i -> CompletableFuture.runAsync(() -> call(), threads))
        .toList();
  }

  /** A wrong answer ends the caller, and fails the test when it is joined. */
  private void call() {
    for (int i = 0; !over.get(); i++) {
      float x = 10 * i;
      Exchange answer =
          template.request("direct:tiny", e -> e.getMessage().setBody(new float[] {x, x, x}));
      assertThat(answer.getException()).isNull();
      float version =
          Float.parseFloat(
              answer.getMessage().getHeader(GpuInferConstants.MODEL_VERSION, String.class));
      assertThat(answer.getMessage().getBody(float[].class)).containsOnly(x + version);
      answered.incrementAndGet();
    }
  }

  /**
   * Swaps from one version to the next, and waits for an answer after each: load goes on all the
   * time.
   */
  private void swap(int times) {
    GpuInferComponent component = component();
    for (int i = 0; i < times; i++) {
      int before = answered.get();
      component.swap("tiny", String.valueOf(1 + i % 3), SwapMode.BESIDE);
      await().atMost(LONG).pollInterval(Duration.ofMillis(1)).until(() -> answered.get() > before);
    }
  }

  private void assertDrained() {
    VersionStatus status = component().status("tiny").serving().get(0).versions();
    await().until(() -> component().status("tiny").serving().get(0).versions().leases() == 0);
    assertThat(status.draining()).isEmpty();
    assertThat(status.lastFailure()).isNull();
  }

  private static long heapAfterCollection() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    // Callers allocate while this looks, so that only the least of many looks tells what is kept.
    for (int i = 0; i < 10; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  private GpuInferComponent component() {
    return context.getComponent("gpu-infer", GpuInferComponent.class);
  }
}
