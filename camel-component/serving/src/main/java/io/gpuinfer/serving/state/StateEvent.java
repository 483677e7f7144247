package io.gpuinfer.serving.state;

/** What may change the state of a server. */
public enum StateEvent {
  /** Requests wait too long, batches take far longer than they used to, or one device is gone. */
  STRAINED("load is high, batches are slow, or one of several devices failed"),
  /** Nothing of that is so any more. */
  RELIEVED("load and batch times are back to normal"),
  /** No device is left that works. */
  DEVICE_FAILED("a device error, a wrong canary, or a hung kernel, and no other device left"),
  /** A device was set up anew, and its canary inference gave the stored answer. */
  DEVICE_BACK("context rebuilt, model loaded, canary passed"),
  /** The device has run enough batches without a failure. */
  PROVEN("enough clean batches");

  private final String meaning;

  StateEvent(String meaning) {
    this.meaning = meaning;
  }

  /** What has happened, in words. */
  public String meaning() {
    return meaning;
  }
}
