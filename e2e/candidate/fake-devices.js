// Runs after the fake microphone: puts it into the list of devices, and lets a test refuse it, unplug it and plug it in again, and
// hold the sound back as browsers do before a gesture.
{
  const devices = navigator.mediaDevices;
  const openMicrophone = devices.getUserMedia.bind(devices);
  /** Where the end of each track is heard. */
  const ends = new Map();
  let fault;

  devices.getUserMedia = async (constraints) => {
    if (fault !== undefined) throw new DOMException("", fault);
    const stream = await openMicrophone(constraints);
    for (const track of stream.getAudioTracks()) {
      track.getSettings = () => ({ deviceId: "headset" });
      // Firefox dispatches no events of scripts to tracks.
      const [end, listen] = [new EventTarget(), track.addEventListener.bind(track)];
      track.addEventListener = (type, ...rest) =>
        type === "ended" ? end.addEventListener(type, ...rest) : listen(type, ...rest);
      ends.set(track, end);
    }
    return stream;
  };
  const headset = (kind) => ({ kind, deviceId: "headset", groupId: "headset", label: "Headset" });
  devices.enumerateDevices = async () =>
    fault === "NotFoundError" ? [headset("audiooutput")] : [headset("audioinput"), headset("audiooutput")];

  /** Opening it fails from now on, with an exception of this name. */
  window.refuseMicrophone = (name) => {
    fault = name;
  };
  window.unplugMicrophone = () => {
    fault = "NotFoundError";
    for (const track of ends.keys()) {
      track.stop();
      ends.get(track).dispatchEvent(new Event("ended"));
    }
    ends.clear();
    devices.dispatchEvent(new Event("devicechange"));
  };
  window.plugInMicrophone = () => {
    fault = undefined;
    devices.dispatchEvent(new Event("devicechange"));
  };

  const play = Reflect.get(HTMLMediaElement.prototype, "play");
  let isHeldBack = false;
  HTMLMediaElement.prototype.play = async function () {
    if (isHeldBack) throw new DOMException("", "NotAllowedError");
    await play.call(this);
  };
  window.holdSoundBack = (isHeld) => {
    isHeldBack = isHeld;
  };
}
