package io.gpuinfer.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.OverloadedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallsTest {

  private final ExecutorService workers = Executors.newSingleThreadExecutor();
  private final Calls calls = new Calls("test", workers);

  @AfterEach
  void stop() {
    workers.shutdown();
  }

  @Test
  void shouldWorkOnAWorkerAndReturnAtOnce() {
    CompletableFuture<Thread> ranOn = new CompletableFuture<>();
    CompletableFuture<String> answer = new CompletableFuture<>();

    CompletableFuture<String> call =
        calls.start(
            () -> {
              ranOn.complete(Thread.currentThread());
              return answer;
            });

    assertThat(ranOn.join()).isNotEqualTo(Thread.currentThread());
    assertThat(call).isNotDone();
    answer.complete("done");
    assertThat(call.join()).isEqualTo("done");
  }

  @Test
  void shouldReportAFailureAsWhatItIs() {
    InvalidInputException failure = new InvalidInputException("rank");
    CompletionException wrapped = new CompletionException(new CompletionException(failure));

    assertThat(failureOf(calls.start(() -> CompletableFuture.failedFuture(wrapped))))
        .isSameAs(failure);
    assertThatThrownBy(() -> calls.await(() -> CompletableFuture.failedFuture(wrapped)))
        .isSameAs(failure);
  }

  @Test
  void shouldWrapWhatNobodyForesaw() {
    Throwable failure =
        failureOf(
            calls.start(
                () -> {
                  throw new IllegalStateException("bug");
                }));

    assertThat(failure).isExactlyInstanceOf(GpuInferException.class).hasRootCauseMessage("bug");
  }

  @Test
  void shouldBeOverloadedWithoutAWorker() {
    Calls full =
        new Calls(
            "full",
            work -> {
              throw new RejectedExecutionException();
            });

    assertThat(failureOf(full.start(() -> CompletableFuture.completedFuture(1))))
        .isInstanceOf(OverloadedException.class);
    full.close();
  }

  @Test
  void shouldWaitForCallsInProgressWhenItCloses() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    CompletableFuture<String> call = calls.start(() -> answer);
    Thread closer = new Thread(calls::close);
    closer.start();
    await()
        .until(() -> failureOf(calls.start(CompletableFuture::new)) instanceof GpuInferException);
    assertThat(closer.isAlive()).isTrue();

    answer.complete("done");

    await().until(() -> !closer.isAlive());
    assertThat(call.join()).isEqualTo("done");
  }

  @Test
  void shouldTakeStepsInTurnUntilOneFails() {
    List<Integer> begun = new ArrayList<>();
    List<CompletableFuture<Void>> steps =
        List.of(new CompletableFuture<>(), new CompletableFuture<>(), new CompletableFuture<>());

    CompletableFuture<Void> end =
        Calls.inTurn(
            List.of(0, 1, 2),
            i -> {
              begun.add(i);
              return steps.get(i);
            });

    assertThat(begun).containsExactly(0);
    steps.get(0).complete(null);
    assertThat(begun).containsExactly(0, 1);
    steps.get(1).completeExceptionally(new InvalidInputException("second"));
    assertThat(begun).containsExactly(0, 1);
    assertThat(failureOf(end)).hasMessageContaining("second");
  }

  private static Throwable failureOf(CompletableFuture<?> call) {
    return call.handle((value, failure) -> failure).join();
  }
}
