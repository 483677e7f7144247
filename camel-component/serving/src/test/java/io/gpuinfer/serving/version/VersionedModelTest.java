package io.gpuinfer.serving.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.engine.InsufficientMemoryException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.serving.version.FakeVersions.Fake;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VersionedModelTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final FakeVersions versions = new FakeVersions();
  private final VersionedModel<Fake> model = model(threads, PATIENCE);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void shouldServeNothingBeforeAVersionIsLoaded() {
    assertThatThrownBy(model::lease)
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessage(
            "Model net serves no version: it has not been loaded yet. The operations load and swap"
                + " bring one in");
    assertThat(model.tryLease()).isEmpty();
    assertThat(model.status().served()).isNull();
  }

  @Test
  void shouldLoadAVersionAndRefuseToLoadAnotherBesideIt() {
    model.load("1");
    model.load("1");

    assertThat(served()).isEqualTo("1");
    assertThat(versions.loaded).hasSize(1);
    assertThatThrownBy(() -> model.load("2"))
        .isInstanceOf(ChangeRefusedException.class)
        .hasMessageContaining("serves version 1; swap it for version 2");
  }

  @Test
  void shouldServeTheOldVersionUntilTheNewOneIsLoaded() {
    model.load("1");
    CountDownLatch go = new CountDownLatch(1);
    versions.behaviour = version -> waitFor(go);

    CompletableFuture<Void> swap = swapping("2", SwapMode.BESIDE);
    await().until(() -> model.status().change() != null);

    assertThat(served()).isEqualTo("1");
    assertThat(model.status().change())
        .isEqualTo(new VersionChange("2", ChangePhase.LOADING, NOW.toEpochMilli()));
    go.countDown();
    swap.join();
    assertThat(served()).isEqualTo("2");
    assertThat(versions.loaded.get(0).closings).hasValue(1);
    assertThat(model.status().change()).isNull();
  }

  @Test
  void shouldKeepAVersionForTheRequestsThatUseIt() {
    model.load("1");
    Lease<Fake> first = model.lease();
    Lease<Fake> second = model.lease();

    CompletableFuture<Void> swap = swapping("2", SwapMode.BESIDE);
    await().until(() -> served().equals("2"));

    first.model().use();
    assertThat(model.status().draining()).containsExactly("1");
    assertThat(model.status().change().phase()).isEqualTo(ChangePhase.DRAINING);
    first.close();
    first.close();
    second.model().use();
    assertThat(swap).isNotDone();
    second.close();
    swap.join();
    assertThat(versions.loaded.get(0).closings).hasValue(1);
    assertThat(model.status().draining()).isEmpty();
  }

  @Test
  void shouldCloseAVersionOnAThreadOfItsOwn() {
    model.load("1");
    Lease<Fake> lease = model.lease();
    CompletableFuture<Void> swap = swapping("2", SwapMode.BESIDE);
    await().until(() -> served().equals("2"));

    lease.close();
    swap.join();

    assertThat(versions.loaded.get(0).closedOn()).isNotSameAs(Thread.currentThread());
  }

  @Test
  void shouldCloseAVersionEvenWhenNoThreadIsToBeHad() {
    VersionedModel<Fake> lonely =
        model(
            task -> {
              throw new RejectedExecutionException("shut down");
            },
            PATIENCE);
    lonely.load("1");

    lonely.close();

    assertThat(versions.inMemory).hasValue(0);
  }

  @Test
  void shouldKeepTheOldVersionWhenTheNewOneFailsAndSayWhy() {
    model.load("1");
    versions.breakVersion("2");

    for (SwapMode mode : SwapMode.values()) {
      assertThatThrownBy(() -> model.swap("2", mode))
          .isInstanceOf(ModelLoadException.class)
          .hasMessage("version 2 is broken");
      assertThat(served()).isEqualTo("1");
      assertThat(model.status().lastFailure())
          .isEqualTo(new ChangeFailure("2", "version 2 is broken", NOW.toEpochMilli()));
    }
    assertThat(versions.inMemory).hasValue(1);
  }

  @Test
  void shouldSurviveWhateverALoaderThrows() {
    model.load("1");
    versions.behaviour =
        version -> {
          throw new UnsatisfiedLinkError();
        };

    assertThatThrownBy(() -> model.swap("2", SwapMode.BESIDE))
        .isInstanceOf(UnsatisfiedLinkError.class);

    assertThat(served()).isEqualTo("1");
    assertThat(model.status().lastFailure().reason()).contains("UnsatisfiedLinkError");
    assertThat(model.status().change()).isNull();
  }

  @Test
  void shouldSayThatDrainingFirstWouldHelpWhereBothDoNotFit() {
    model.load("1");
    versions.behaviour =
        version -> {
          throw new InsufficientMemoryException("needs 7 MiB of 8 MiB, of which 6 MiB are held");
        };

    assertThatThrownBy(() -> model.swap("2", SwapMode.BESIDE))
        .isInstanceOf(InsufficientMemoryException.class)
        .hasMessage(
            "needs 7 MiB of 8 MiB, of which 6 MiB are held. Version 1 serves on and keeps its"
                + " memory; a swap that drains it first would free that");
    assertThat(served()).isEqualTo("1");
  }

  @Test
  void shouldNeverHaveTwoVersionsInMemoryWhenDrainingFirst() {
    model.load("1");
    Lease<Fake> lease = model.lease();

    CompletableFuture<Void> swap = swapping("2", SwapMode.DRAIN_FIRST);
    await().until(() -> model.tryLease().isEmpty());

    assertThatThrownBy(model::lease)
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("is changing from version 1 to 2");
    assertThat(model.status().change().phase()).isEqualTo(ChangePhase.DRAINING);
    lease.model().use();
    lease.close();
    swap.join();
    assertThat(served()).isEqualTo("2");
    assertThat(versions.mostInMemory).hasValue(1);
  }

  @Test
  void shouldSayWhatIsWrongWhenNeitherVersionLoads() {
    model.load("1");
    versions.behaviour =
        version -> {
          throw new ModelLoadException("no " + version);
        };

    assertThatThrownBy(() -> model.swap("2", SwapMode.DRAIN_FIRST))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("no 2")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("no 1"));

    assertThatThrownBy(model::lease)
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("(no 2), and version 1 could not be loaded again (no 1)");
    versions.behaviour = version -> {};
    model.rollback(SwapMode.BESIDE);
    assertThat(served()).isEqualTo("1");
  }

  @Test
  void shouldTakeAVersionBackThatDoesNotDrain() {
    VersionedModel<Fake> hasty = model(threads, Duration.ofMillis(50));
    hasty.load("1");
    try (Lease<Fake> lease = hasty.lease()) {
      assertThatThrownBy(() -> hasty.swap("2", SwapMode.DRAIN_FIRST))
          .isInstanceOf(ChangeRefusedException.class)
          .hasMessage("Version 1 of model net still has 1 requests after 50 ms, and serves on");
      assertThatThrownBy(hasty::unload).isInstanceOf(ChangeRefusedException.class);
      lease.model().use();
      assertThat(hasty.status().served()).isEqualTo("1");
      assertThat(hasty.status().leases()).isEqualTo(1);
      assertThat(hasty.status().draining()).isEmpty();
    }
    hasty.swap("2", SwapMode.DRAIN_FIRST);
    assertThat(versions.inMemory).hasValue(1);
  }

  @Test
  void shouldCloseWhatDrainsLate() {
    VersionedModel<Fake> hasty = model(threads, Duration.ofMillis(1));
    hasty.load("1");
    Lease<Fake> late = hasty.lease();

    hasty.swap("2", SwapMode.BESIDE);

    assertThat(hasty.status().draining()).containsExactly("1");
    late.close();
    await().until(() -> hasty.status().draining().isEmpty());
    assertThat(versions.loaded.get(0).closings).hasValue(1);
  }

  @Test
  void shouldRefuseASecondChangeWhileOneGoesOn() {
    model.load("1");
    CountDownLatch go = new CountDownLatch(1);
    versions.behaviour = version -> waitFor(go);
    CompletableFuture<Void> swap = swapping("2", SwapMode.BESIDE);
    await().until(() -> model.status().change() != null);

    assertThatThrownBy(() -> model.swap("3", SwapMode.BESIDE))
        .isInstanceOf(ChangeRefusedException.class)
        .hasMessageContaining("busy with version 2 (LOADING");
    assertThatThrownBy(model::unload).isInstanceOf(ChangeRefusedException.class);

    go.countDown();
    swap.join();
    model.swap("3", SwapMode.BESIDE);
    assertThat(served()).isEqualTo("3");
  }

  @Test
  void shouldServeAPreparedVersionWhenToldTo() {
    model.load("1");

    try (VersionedModel<Fake>.Prepared next = model.prepare("2")) {
      assertThat(served()).isEqualTo("1");
      assertThatThrownBy(() -> model.swap("3", SwapMode.BESIDE))
          .isInstanceOf(ChangeRefusedException.class);
      next.serve();
      assertThat(served()).isEqualTo("2");
    }

    assertThat(versions.inMemory).hasValue(1);
    assertThat(model.status().change()).isNull();
    assertThat(model.status().previous()).isEqualTo("1");
  }

  @Test
  void shouldCloseAPreparedVersionThatNobodyWanted() {
    model.load("1");

    model.prepare("2").close();
    model.prepare("1").close();

    assertThat(served()).isEqualTo("1");
    assertThat(versions.inMemory).hasValue(1);
    assertThat(model.status().change()).isNull();
    assertThat(model.status().previous()).isNull();
  }

  @Test
  void shouldRollBackToTheVersionBefore() {
    model.load("1");
    assertThatThrownBy(() -> model.rollback(SwapMode.BESIDE))
        .isInstanceOf(ChangeRefusedException.class)
        .hasMessageContaining("none to roll back to");
    model.swap("2", SwapMode.BESIDE);
    model.swap("3", SwapMode.BESIDE);
    assertThat(model.status().previous()).isEqualTo("2");

    model.rollback(SwapMode.BESIDE);
    assertThat(served()).isEqualTo("2");
    assertThat(model.status().previous()).isEqualTo("3");

    model.rollback(SwapMode.DRAIN_FIRST);
    assertThat(served()).isEqualTo("3");
  }

  @Test
  void shouldUnloadAndLoadAgain() {
    model.load("1");
    model.swap("2", SwapMode.BESIDE);

    model.unload();
    model.unload();

    assertThat(versions.inMemory).hasValue(0);
    assertThatThrownBy(model::lease)
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("was unloaded, version 2")
        .hasMessageContaining("load");
    assertThat(model.status().previous()).isEqualTo("2");
    model.load("1");
    assertThat(served()).isEqualTo("1");
  }

  @Test
  void shouldWaitForRequestsBeforeItIsClosed() {
    model.load("1");
    Lease<Fake> lease = model.lease();

    CompletableFuture<Void> closing = CompletableFuture.runAsync(model::close, threads);
    await().until(() -> model.tryLease().isEmpty());

    assertThat(closing).isNotDone();
    lease.model().use();
    lease.close();
    closing.join();
    assertThat(versions.inMemory).hasValue(0);
    assertThatThrownBy(model::lease).hasMessageContaining("was closed");
  }

  @Test
  void shouldLeaveNothingInMemoryWhenClosedDuringAChange() {
    for (SwapMode mode : SwapMode.values()) {
      VersionedModel<Fake> closing = model(threads, PATIENCE);
      versions.behaviour = version -> {};
      closing.load("1");
      CountDownLatch go = new CountDownLatch(1);
      CountDownLatch reached = new CountDownLatch(1);
      versions.behaviour =
          version -> {
            reached.countDown();
            waitFor(go);
          };
      CompletableFuture<Void> swap =
          CompletableFuture.runAsync(() -> closing.swap("2", mode), threads);
      waitFor(reached);

      closing.close();
      go.countDown();

      assertThatThrownBy(swap::join).hasCauseInstanceOf(ChangeRefusedException.class);
      assertThat(versions.inMemory).hasValue(0);
    }
  }

  private VersionedModel<Fake> model(Executor closers, Duration patience) {
    return new VersionedModel<>(
        "net", versions, closers, patience, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private CompletableFuture<Void> swapping(String version, SwapMode mode) {
    return CompletableFuture.runAsync(() -> model.swap(version, mode), threads);
  }

  private String served() {
    try (Lease<Fake> lease = model.lease()) {
      lease.model().use();
      return lease.model().version();
    }
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
