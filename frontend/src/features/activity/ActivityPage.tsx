export function ActivityPage() {
  return <div className="page">ActivityPage</div>
}
